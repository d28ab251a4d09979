import Models

extension LawExample {
  /// Tensor networks and their relatives: polynomial programs.
  package static func polynomial() throws -> [LawExample] {
    let square = Function.polynomial([0, 0, 1])
    return [
      LawExample("matrix depth 3", 20, try .matrix([4, 4, 4, 4])),
      LawExample("CP order 3", 8, try .cp([3, 4, 2], components: 4)),
      LawExample("CP order 2", 10, try .cp([3, 5], components: 4)),
      LawExample("Tucker", 9, try .tucker([3, 3, 3], core: [2, 2, 2])),
      LawExample("tree with a core a node", 18, try .tree(3, 2)),
      try LawExample("tree of outer products", 12) { p in
        let leaves = try (1...4).map { try p.block("U\($0)", [3, 2]) }
        let inner = [try p.block("P", [2, 2]), try p.block("Q", [2, 2]), try p.block("t", [2])]
        return try p.einsum("ia,ja,kb,lb,ac,bc,c->ijkl", leaves + inner)
      },
      try LawExample("squared units", 4) { p in
        let x = try p.integers([3, 5], 1)
        return try p.affine("V", [2, 4], p.map(square, p.affine("W", [4, 3], x)))
      },
      try LawExample("squares about their mean", 5) { p in
        let z = try p.affine("W", [4, 3], p.integers([3, 5], 23), bias: true)
        return try p.affine("V", [2, 4], p.map(square, p.centred(z, Rational(1, 4))))
      },
      try LawExample("tied E W Eᵀ", 3) { p in
        let (e, w) = (try p.block("E", [4, 2]), try p.block("W", [2, 2]))
        return try p.einsum("ia,ab,jb->ij", [e, w, e])
      },
      try LawExample("recurrence V W W U x", 4) { p in
        let x = try p.integers([3, 5], 2)
        let (v, w, u) = (try p.block("V", [2, 2]), try p.block("W", [2, 2]), try p.block("U", [2, 3]))
        return try p.einsum("ab,bc,cd,de,en->an", [v, w, w, u, x])
      },
      try LawExample("U Uᵀ", 0) { p in
        let u = try p.block("U", [4, 2])
        return try p.einsum("ik,jk->ij", [u, u])
      },
      try linearAttention(),
      try LawExample("convolution and dense head", 3) { p in
        let windows = try p.integers([3, 4, 5], 3)
        let (k, v) = (try p.block("K", [2, 3]), try p.block("V", [2, 2, 4]))
        return try p.einsum("ct,tqn,ocq->on", [k, windows, v])
      },
      try LawExample("quadratic units a u²", 3) { p in
        let x = try p.integers([2, 6], 4)
        let (a, u) = (try p.block("a", [3]), try p.block("u", [3, 2]))
        return try p.einsum("r,ri,rj,in,jn->n", [a, u, u, x, x])
      },
      try LawExample("V1 W X1 + V2 W X2", 6) { p in
        let (x1, x2) = (try p.integers([2, 4], 5), try p.integers([2, 4], 6))
        let (v1, v2, w) = (try p.block("V1", [2, 3]), try p.block("V2", [2, 3]), try p.block("W", [3, 2]))
        return try p.sum(
          [p.product("ia,ab,bn->in", [v1, w, x1]), p.product("ia,ab,bn->in", [v2, w, x2])], shape: [2, 4])
      },
    ]
  }

  private static func linearAttention() throws -> LawExample {
    try LawExample("linear attention 2 heads", 14) { p in
      let x = try p.integers([3, 4], 7)
      let (q, k) = (try p.block("Q", [2, 2, 3]), try p.block("K", [2, 2, 3]))
      let (v, o) = (try p.block("V", [2, 2, 3]), try p.block("O", [3, 2, 2]))
      let queries = try p.einsum("hed,ds->hse", [q, x])
      let keys = try p.einsum("hed,dt->hte", [k, x])
      let values = try p.einsum("hed,dt->hte", [v, x])
      let scores = try p.einsum("hse,hte->hst", [queries, keys])
      return try p.einsum("dhe,hst,hte->ds", [o, scores, values])
    }
  }

  /// Networks with functions that are no polynomials.
  package static func smooth() throws -> [LawExample] {
    var random = TestRandom(8)
    func network(_ name: String, _ count: Int, _ f: Function, bias: Bool) throws -> LawExample {
      try LawExample(name, count) { p in
        let x = try p.integers([3, 5], 9)
        return try p.affine("V", [2, 4], p.map(f, p.affine("W", [4, 3], x, bias: bias)))
      }
    }
    return [
      try network("ReLU", 4, .relu, bias: false), try network("ReLU with biases", 4, .relu, bias: true),
      try network("tanh with biases", 0, .tanh, bias: true),
      LawExample(
        "attention 1 head", 6, try .attention(batch: 2, tokens: 3, width: 3, heads: 1, head: 2, &random)),
      LawExample(
        "attention 2 heads", 12, try .attention(batch: 2, tokens: 3, width: 3, heads: 2, head: 2, &random)),
      try attention("attention with biases", 8, grouped: false), try attention("grouped query", 6, grouped: true),
      try LawExample("rotary scores, 2 planes", 2) { p in
        let (x, turn) = (try p.integers([3, 4], 10), try p.integers([4, 4, 2, 2, 2], 11))
        let (q, k) = (try p.block("Q", [2, 2, 3]), try p.block("K", [2, 2, 3]))
        return try p.softmax(p.einsum("pcd,ds,stpce,pef,ft->st", [q, x, turn, k, x]))
      },
      try LawExample("SwiGLU", 4) { p in
        let x = try p.integers([3, 5], 12)
        let gate = try p.affine("G", [4, 3], x)
        let up = try p.affine("W", [4, 3], x)
        let down = try p.block("V", [2, 4])
        return try p.einsum("oh,hn,hn,hn->on", [down, gate, p.map(.sigmoid, gate), up])
      },
      try batchNorm(), try rootMeanSquare("RMS norm", 5, 0), try rootMeanSquare("RMS norm with ε", 4, 1),
      try LawExample("layer norm with ε, gain, head", 8) { p in
        let z = try p.affine("W", [4, 3], p.integers([3, 5], 24), bias: true)
        let c = try p.centred(z, Rational(1, 4))
        let size = try p.combine(
          1, p.einsum("hn,hn->n", [c, c], times: Rational(1, 4)), 1, p.constant(1, [5]))
        let inverse = try p.map(.reciprocal, p.map(.squareRoot, size))
        let (gain, head) = (try p.block("g", [4]), try p.block("V", [2, 4]))
        return try p.einsum("oh,h,hn,n->on", [head, gain, c, inverse])
      },
      try LawExample("weight norm", 4) { p in
        let x = try p.integers([3, 5], 13)
        let (g, v, head) = (try p.block("g", [4]), try p.block("v", [4, 3]), try p.block("V", [2, 4]))
        let length = try p.map(.reciprocal, p.map(.squareRoot, p.einsum("hi,hi->h", [v, v])))
        let units = try p.einsum("h,hi,h,in->hn", [g, v, length, x])
        return try p.einsum("oh,hn->on", [head, p.map(.tanh, units)])
      },
      try LawExample("residual block", 4) { p in
        let x = try p.integers([3, 5], 14)
        let inner = try p.affine("V", [3, 4], p.map(.relu, p.affine("W", [4, 3], x)))
        return try p.combine(1, x, 1, inner)
      },
      try LawExample("LoRA inside tanh", 3) { p in
        let (x, fixed) = (try p.integers([3, 5], 15), try p.integers([4, 3], 16))
        let (b, a) = (try p.block("B", [4, 2]), try p.block("A", [2, 3]))
        let weights = try p.combine(1, fixed, 1, p.einsum("ir,rj->ij", [b, a]))
        return try p.map(.tanh, p.einsum("ij,jn->in", [weights, x]))
      },
      try LawExample("shared W into U and tanh V", 6) { p in
        let shared = try p.affine("W", [3, 4], p.integers([4, 5], 17))
        let straight = try p.affine("U", [2, 3], shared)
        return try p.combine(1, straight, 1, p.map(.tanh, p.affine("V", [2, 3], shared)))
      },
      try LawExample("softmax classifier with bias", 4) { p in
        try p.softmax(p.einsum("in->ni", [p.affine("W", [3, 3], p.integers([3, 5], 18), bias: true)]))
      },
      try LawExample("mixture of experts", 7) { p in
        let x = try p.integers([3, 5], 19)
        let gate = try p.softmax(p.einsum("gd,dn->ng", [p.block("G", [2, 3]), x]))
        let (w, v) = (try p.block("W", [2, 2, 3]), try p.block("V", [2, 2, 2]))
        let hidden = try p.map(.relu, p.einsum("ghd,dn->ghn", [w, x]))
        return try p.einsum("ng,goh,ghn->on", [gate, v, hidden])
      },
    ]
  }

  private static func attention(_ name: String, _ count: Int, grouped: Bool) throws -> LawExample {
    try LawExample(name, count) { p in
      let x = try p.integers([3, 4], 20)
      if grouped {
        let (q, k) = (try p.block("Q", [2, 2, 3]), try p.block("K", [2, 3]))
        let (v, o) = (try p.block("V", [2, 3]), try p.block("O", [3, 2, 2]))
        let queries = try p.einsum("hed,ds->hse", [q, x], times: Rational(1, 10))
        let scores = try p.softmax(p.einsum("hse,ed,dt->hst", [queries, k, x]))
        return try p.einsum("dhe,hst,ec,ct->ds", [o, scores, v, x])
      }
      let queries = try p.affine("Q", [2, 3], x, bias: true)
      let keys = try p.affine("K", [2, 3], x, bias: true)
      let values = try p.affine("V", [2, 3], x, bias: true)
      let scores = try p.softmax(p.einsum("es,et->st", [queries, keys], times: Rational(1, 10)))
      return try p.einsum("de,st,et->ds", [p.block("O", [3, 2]), scores, values])
    }
  }

  private static func batchNorm() throws -> LawExample {
    try LawExample("batch norm, gain, head", 8) { p in
      let z = try p.affine("W", [4, 3], p.integers([3, 5], 21))
      let fifth = try Rational(1, 5)
      let mean = try p.einsum("hn->h", [z], times: fifth)
      let centred = try p.sum(
        [p.product("hn->hn", [z]), p.product("h->hn", [mean], times: -1)], shape: [4, 5])
      let variance = try p.einsum("hn,hn->h", [centred, centred], times: fifth)
      let inverse = try p.map(.reciprocal, p.map(.squareRoot, variance))
      let (gain, head) = (try p.block("g", [4]), try p.block("V", [2, 4]))
      return try p.einsum("oh,h,hn,h->on", [head, gain, centred, inverse])
    }
  }

  private static func rootMeanSquare(_ name: String, _ count: Int, _ epsilon: Int) throws -> LawExample {
    try LawExample(name, count) { p in
      let z = try p.affine("W", [4, 3], p.integers([3, 5], 22))
      let size = try p.combine(
        1, p.einsum("hn,hn->n", [z, z], times: Rational(1, 4)), 1, p.constant(Rational(epsilon), [5]))
      let inverse = try p.map(.reciprocal, p.map(.squareRoot, size))
      let (gain, head) = (try p.block("g", [4]), try p.block("V", [2, 4]))
      return try p.einsum("oh,h,hn,n->on", [head, gain, z, inverse])
    }
  }
}
