import FlowcheckKit

Flowcheck.main(adding: Additions(models: [Gated.self], claims: [GateLaw.self]))
