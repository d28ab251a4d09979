import FlowcheckKit

Flowcheck.main(adding: Additions(claims: [LayerNorms.self]))
