import AllocationCounter
import Checkers
import FlowLanguage
import Models
import Testing

/// Terms that are programs are evaluated without a request for memory.
@Suite(.enabled(if: allocation_counter_is_supported() == 1 && !_isDebugAssertConfiguration()))
struct AllocationReadingTests {
  @Test("values and rates of claimed terms ask for nothing")
  func terms() throws {
    let file = try checked(
      "param W1[8,9], W2[7,8]; data Y[7,9] = 1; model W = W2*W1; loss norm2(W - Y)/2; flow momentum(0.5)\n"
        + "observe W2'*W2 - W1*W1', loss, tr(grad(W)'*der(W)), W1*v_W1', norm(tanh(W)), singular(W, 1)")
    let flow = try FlowProgram(file)
    for (number, term) in file.observations.map(\.value).enumerated() {
      let evaluator = try flow.evaluator(of: term)
      var random = FormulaGenerator(number)
      let (state, velocity) = (random.numbers(evaluator.stateCount), random.numbers(evaluator.stateCount))
      var (values, rates) = (
        [Double](repeating: 0, count: evaluator.count), [Double](repeating: 0, count: evaluator.count)
      )
      let count = state.withUnsafeBufferPointer { state in
        velocity.withUnsafeBufferPointer { velocity in
          values.withUnsafeMutableBufferPointer { values in
            rates.withUnsafeMutableBufferPointer { rates in
              guard let state = state.baseAddress, let velocity = velocity.baseAddress,
                let values = values.baseAddress, let rates = rates.baseAddress
              else { return Int64(-1) }
              return steadyRequests {
                evaluator.write(state, into: values)
                evaluator.writeRate(state, velocity: velocity, into: rates)
              }
            }
          }
        }
      }
      #expect(evaluator.isProgram ? count == 0 : count > 0, "\(file.text(of: term))")
    }
  }
}
