import FlowcheckKit

Flowcheck.main()
