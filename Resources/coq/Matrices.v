(* Matrices: laws of products of matrices of every size, over MathComp. MIT License, see LICENSE of flowcheck.

   [ncnorm] writes an expression as a sum of words, products without sums or transposes of products. [zmod] decides equations in an
   abelian group whose terms are taken as they stand. [constant] and [decaying] say what a derivative of 0, or of - r A, means along a
   curve. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Reals.
From Flow Require FlowCheck.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Rules.
  Variable K : comRingType.
  Lemma tr_add m n (A B : 'M[K]_(m, n)) : (A + B)^T = A^T + B^T. Proof. exact: linearD. Qed.
  Lemma tr_opp m n (A : 'M[K]_(m, n)) : (- A)^T = - A^T. Proof. exact: linearN. Qed.
  Lemma tr_scale m n s (A : 'M[K]_(m, n)) : (s *: A)^T = s *: A^T. Proof. exact: linearZ. Qed.
  Lemma tr_times m n (A : 'M[K]_(m, n)) k : (A *+ k)^T = A^T *+ k. Proof. exact: raddfMn. Qed.
  Lemma mul_scale_l m n p s (A : 'M[K]_(m, n)) (B : 'M[K]_(n, p)) : (s *: A) *m B = s *: (A *m B).
  Proof. by rewrite scalemxAl. Qed.
  Lemma mul_scale_r m n p s (A : 'M[K]_(m, n)) (B : 'M[K]_(n, p)) : A *m (s *: B) = s *: (A *m B).
  Proof. by rewrite scalemxAr. Qed.
  Lemma mul_times_l m n p (A : 'M[K]_(m, n)) (B : 'M[K]_(n, p)) k : (A *+ k) *m B = (A *m B) *+ k.
  Proof. by rewrite -!scaler_nat mul_scale_l. Qed.
  Lemma mul_times_r m n p (A : 'M[K]_(m, n)) (B : 'M[K]_(n, p)) k : A *m (B *+ k) = (A *m B) *+ k.
  Proof. by rewrite -!scaler_nat mul_scale_r. Qed.
  Lemma trace_add n (A B : 'M[K]_n) : \tr (A + B) = \tr A + \tr B. Proof. exact: mxtraceD. Qed.
  Lemma trace_opp n (A : 'M[K]_n) : \tr (- A) = - \tr A. Proof. exact: linearN. Qed.
  Lemma trace_scale n s (A : 'M[K]_n) : \tr (s *: A) = s * \tr A. Proof. exact: mxtraceZ. Qed.
  Lemma trace_times n (A : 'M[K]_n) k : \tr (A *+ k) = \tr A *+ k. Proof. exact: raddfMn. Qed.
  Lemma scale_times_l m n s (A : 'M[K]_(m, n)) k : (s *+ k) *: A = (s *: A) *+ k.
  Proof. by rewrite scalerMnl. Qed.
  Lemma scale_times_r m n s (A : 'M[K]_(m, n)) k : s *: (A *+ k) = (s *: A) *+ k.
  Proof. by rewrite scalerMnr. Qed.
  Lemma tr_id n : (1%:M : 'M[K]_n)^T = 1%:M. Proof. exact: trmx1. Qed.

  (* The gradient of <G, A W B> and of <G, A W^T B> in W. *)
  Lemma gradient_word m n p q (G : 'M[K]_(m, q)) (A : 'M_(m, n)) (H : 'M_(n, p)) (B : 'M_(p, q)) :
    \tr (G^T *m (A *m H *m B)) = \tr ((A^T *m G *m B^T)^T *m H).
  Proof. by rewrite !trmx_mul !trmxK !mulmxA mxtrace_mulC !mulmxA. Qed.
  Lemma gradient_word_tr m n p q (G : 'M[K]_(m, q)) (A : 'M_(m, p)) (H : 'M_(n, p)) (B : 'M_(n, q)) :
    \tr (G^T *m (A *m H^T *m B)) = \tr ((B *m G^T *m A)^T *m H).
  Proof.
    rewrite -mxtrace_tr !trmx_mul !trmxK !mulmxA -!mulmxA mxtrace_mulC -!mulmxA mxtrace_mulC -!mulmxA.
    by rewrite mxtrace_mulC -!mulmxA.
  Qed.
End Rules.

Ltac ncnorm :=
  rewrite ?(tr_add, tr_opp, tr_scale, tr_times, trmx_mul, trmxK, tr_id, mulmxDl, mulmxDr, mulNmx, mulmxN, mul_scale_l,
    mul_scale_r, mul_times_l, mul_times_r, mul1mx, mulmx1, mulmxA, trace_add, trace_opp, trace_scale, trace_times, scalerDl,
    scalerDr, scaleNr, scalerN, scaler_nat, scale_times_l, scale_times_r, scalerA, mulr_natl, mulr_natr, mulrnAl, mulrnAr,
    mulrDl, mulrDr, mulNr, mulrN, mulrA, mulmx0, mul0mx, trmx0, scaler0, scale0r, mulr0, mul0r, linear0).

(** * Equations of an abelian group *)

Inductive zexp := ZZero | ZAtom of nat | ZAdd of zexp & zexp | ZOpp of zexp | ZTimes of zexp & nat.

Section Zmod.
  Variable M : zmodType.
  Fixpoint zeval (l : seq M) e : M :=
    match e with
    | ZZero => 0
    | ZAtom i => nth 0 l i
    | ZAdd a b => zeval l a + zeval l b
    | ZOpp a => - zeval l a
    | ZTimes a k => zeval l a *+ k
    end.
  Fixpoint zcoef e (i : nat) : int :=
    match e with
    | ZZero => 0
    | ZAtom j => (i == j)%:Z
    | ZAdd a b => zcoef a i + zcoef b i
    | ZOpp a => - zcoef a i
    | ZTimes a k => zcoef a i *+ k
    end.
  Fixpoint zclosed n e : bool :=
    match e with
    | ZZero => true
    | ZAtom j => (j < n)%N
    | ZAdd a b => zclosed n a && zclosed n b
    | ZOpp a => zclosed n a
    | ZTimes a _ => zclosed n a
    end.
  Lemma zeval_sum l e : zclosed (size l) e -> zeval l e = \sum_(i < size l) (l`_i *~ zcoef e i).
  Proof.
    elim: e => [|j|a IHa b IHb|a IHa|a IHa k] /=.
    - by move=> _; rewrite big1.
    - move=> H; rewrite (bigD1 (Ordinal H)) //= eqxx big1 ?addr0 // => i /eqP E.
      by case: eqP => // F; case: E; apply/val_inj.
    - by move=> /andP[/IHa-> /IHb->]; rewrite -big_split /=; apply: eq_bigr => i _; rewrite mulrzDl.
    - by move=> /IHa->; rewrite -sumrN; apply: eq_bigr => i _; rewrite mulrNz.
    - move=> /IHa->; rewrite -sumrMnl; apply: eq_bigr => i _.
      by elim: k => [|k IH]; rewrite ?mulr0n ?mulr0z // !mulrS mulrzDl IH.
  Qed.
  Definition zequal n a b := [&& zclosed n a, zclosed n b & all (fun i => zcoef a i == zcoef b i) (iota 0 n)].
  Lemma zdecide l a b : zequal (size l) a b -> zeval l a = zeval l b.
  Proof.
    move=> /and3P[A B /allP E]; rewrite !zeval_sum //; apply: eq_bigr => i _; congr (_ *~ _).
    apply/eqP; apply: E; rewrite mem_iota add0n leq0n; exact: ltn_ord.
  Qed.
End Zmod.

Ltac zmember x l :=
  lazymatch l with
  | nil => constr:(false)
  | x :: _ => constr:(true)
  | _ :: ?r => zmember x r
  end.
Ltac zindex x l :=
  lazymatch l with
  | x :: _ => constr:(0%N)
  | _ :: ?r => let i := zindex x r in constr:(i.+1)
  end.
Ltac zatoms l e :=
  lazymatch e with
  | 0 => l
  | ?a + ?b => let l := zatoms l a in zatoms l b
  | - ?a => zatoms l a
  | ?a *+ ?k => zatoms l a
  | _ => lazymatch zmember e l with true => l | false => constr:(e :: l) end
  end.
Ltac zreify l e :=
  lazymatch e with
  | 0 => constr:(ZZero)
  | ?a + ?b => let a := zreify l a in let b := zreify l b in constr:(ZAdd a b)
  | - ?a => let a := zreify l a in constr:(ZOpp a)
  | ?a *+ ?k => let a := zreify l a in constr:(ZTimes a k)
  | _ => let i := zindex e l in constr:(ZAtom i)
  end.
Ltac zmod :=
  lazymatch goal with
  | |- ?a = ?b :> ?T =>
    let l := zatoms (@nil T) a in let l := zatoms l b in
    let x := zreify l a in let y := zreify l b in
    apply: (@zdecide _ l x y); vm_compute; reflexivity
  end.

(** * Curves *)

Notation real := Rdefinitions.R.
Notation zero := (Rdefinitions.IZR BinNums.Z0).

(* K is a commutative ring inside the real numbers: an injective map [to] keeps sums and products. With the axiom of choice it may be
   the real numbers themselves, given a choice function; without one they are no ring of MathComp, as those come with a choice function. *)
Record inside (K : comRingType) (to : K -> real) : Prop := Inside {
  to_add : forall a b, to (a + b) = Rdefinitions.Rplus (to a) (to b);
  to_mul : forall a b, to (a * b) = Rdefinitions.Rmult (to a) (to b);
  to_inj : injective to }.

Section Curves.
  Variables (K : comRingType) (to : K -> real).
  Hypothesis I : inside to.

  Lemma to0 : to 0 = zero.
  Proof. by have := to_add I 0 0; rewrite addr0 => E; apply: (RIneq.Rplus_0_r_uniq (to 0)); rewrite -E. Qed.
  Lemma toN a : to (- a) = Rdefinitions.Ropp (to a).
  Proof. by apply: RIneq.Rplus_opp_r_uniq; rewrite -(to_add I) subrr to0. Qed.

  (* At time t the entries of the curve A have the derivatives D; so has a number. *)
  Definition moves m n (A : real -> 'M[K]_(m, n)) t (D : 'M[K]_(m, n)) : Prop :=
    forall i j, Ranalysis1.derivable_pt_lim (fun s => to (A s i j)) t (to (D i j)).
  Definition nmoves (a : real -> K) t (d : K) : Prop := Ranalysis1.derivable_pt_lim (fun s => to (a s)) t (to d).

  Lemma nmoves_const (a : K) t : nmoves (fun=> a) t 0.
  Proof. by rewrite /nmoves to0; apply: FlowCheck.lim_const. Qed.
  Lemma nmoves_add a b t d e : nmoves a t d -> nmoves b t e -> nmoves (fun s => a s + b s) t (d + e).
  Proof.
    move=> A B; rewrite /nmoves (to_add I); apply: FlowCheck.lim_ext (FlowCheck.lim_plus _ _ _ _ _ A B) => s.
    by rewrite (to_add I).
  Qed.
  Lemma nmoves_mul a b t d e : nmoves a t d -> nmoves b t e -> nmoves (fun s => a s * b s) t (d * b t + a t * e).
  Proof.
    move=> A B; rewrite /nmoves (to_add I) !(to_mul I).
    apply: FlowCheck.lim_ext (FlowCheck.lim_mult _ _ _ _ _ A B) => s; by rewrite (to_mul I).
  Qed.
  Lemma nmoves_opp a t d : nmoves a t d -> nmoves (fun s => - a s) t (- d).
  Proof.
    by move=> A; rewrite /nmoves toN; apply: FlowCheck.lim_ext (FlowCheck.lim_opp _ _ _ A) => s; rewrite toN.
  Qed.
  Lemma nmoves_sum (n : nat) (a : 'I_n -> real -> K) t d : (forall i, nmoves (a i) t (d i)) ->
    nmoves (fun s => \sum_i a i s) t (\sum_i d i).
  Proof.
    elim: n a d => [|n IH] a d A.
    - rewrite big_ord0; apply: FlowCheck.lim_ext (nmoves_const 0 t) => s; by rewrite big_ord0.
    - rewrite big_ord_recl; apply: FlowCheck.lim_ext (nmoves_add (A ord0) (IH _ _ (fun i => A (lift ord0 i)))) => s.
      by rewrite big_ord_recl.
  Qed.

  Lemma moves_const m n (A : 'M[K]_(m, n)) t : moves (fun=> A) t 0.
  Proof. by move=> i j; rewrite mxE; apply: nmoves_const. Qed.
  Lemma moves_add m n (A B : real -> 'M[K]_(m, n)) t D E : moves A t D -> moves B t E ->
    moves (fun s => A s + B s) t (D + E).
  Proof.
    move=> HA HB i j; rewrite mxE; apply: FlowCheck.lim_ext (nmoves_add (HA i j) (HB i j)) => s; by rewrite mxE.
  Qed.
  Lemma moves_opp m n (A : real -> 'M[K]_(m, n)) t D : moves A t D -> moves (fun s => - A s) t (- D).
  Proof. move=> HA i j; rewrite mxE; apply: FlowCheck.lim_ext (nmoves_opp (HA i j)) => s; by rewrite mxE. Qed.
  Lemma moves_tr m n (A : real -> 'M[K]_(m, n)) t D : moves A t D -> moves (fun s => (A s)^T) t D^T.
  Proof. move=> HA i j; rewrite mxE; apply: FlowCheck.lim_ext (HA j i) => s; by rewrite mxE. Qed.
  Lemma moves_mul m n p (A : real -> 'M[K]_(m, n)) (B : real -> 'M[K]_(n, p)) t D E : moves A t D -> moves B t E ->
    moves (fun s => A s *m B s) t (D *m B t + A t *m E).
  Proof.
    move=> HA HB i j; rewrite !mxE -big_split.
    apply: FlowCheck.lim_ext (nmoves_sum (fun k => nmoves_mul (HA i k) (HB k j))) => s; by rewrite mxE.
  Qed.
  Lemma moves_scale m n a (A : real -> 'M[K]_(m, n)) t d D : nmoves a t d -> moves A t D ->
    moves (fun s => a s *: A s) t (d *: A t + a t *: D).
  Proof.
    move=> Ha HA i j; rewrite !mxE; apply: FlowCheck.lim_ext (nmoves_mul Ha (HA i j)) => s; by rewrite mxE.
  Qed.
  Lemma nmoves_trace n (A : real -> 'M[K]_n) t D : moves A t D -> nmoves (fun s => \tr (A s)) t (\tr D).
  Proof. by move=> HA; apply: nmoves_sum => i; apply: HA. Qed.

  Definition during T (P : real -> Prop) : Prop :=
    forall t, Rdefinitions.Rle zero t /\ Rdefinitions.Rle t T -> P t.

  (* The link between algebra and time: a derivative that vanishes makes a curve constant. *)
  Theorem nconstant (a : real -> K) d T : (forall t, d t = 0) -> during T (fun t => nmoves a t (d t)) ->
    during T (fun t => a t = a zero).
  Proof.
    move=> Z D t J; apply: (to_inj I); apply: (FlowCheck.flat (fun s => to (a s)) T) J => s J.
    by have := D s J; rewrite /nmoves Z to0.
  Qed.
  Theorem constant m n (A : real -> 'M[K]_(m, n)) D T : (forall t, D t = 0) -> during T (fun t => moves A t (D t)) ->
    during T (fun t => A t = A zero).
  Proof.
    move=> Z H t J; apply/matrixP => i j.
    apply: (nconstant (a := fun s => A s i j) (d := fun s => D s i j)) J; first by move=> s; rewrite Z mxE.
    by move=> s J; apply: H.
  Qed.

  Theorem decaying m n (A : real -> 'M[K]_(m, n)) D r integral T : (forall t, D t + r t *: A t = 0) ->
    during T (fun t => moves A t (D t)) ->
    during T (fun t => Ranalysis1.derivable_pt_lim integral t (to (r t))) ->
    during T (fun t => forall i j, to (A t i j) = Rdefinitions.Rmult (to (A zero i j))
      (Rtrigo_def.exp (Rdefinitions.Ropp (Rdefinitions.Rminus (integral t) (integral zero))))).
  Proof.
    move=> Z H R t J i j; apply: (FlowCheck.decaying (fun s => to (A s i j)) (fun s => to (r s)) integral T _ R) J => s J.
    have := H s J i j; rewrite (_ : D s = - (r s *: A s)); first by rewrite !mxE toN (to_mul I).
    by apply/eqP; rewrite -addr_eq0 Z.
  Qed.
End Curves.

Section Test.
  Variables (K : comRingType) (a b c : nat) (W1 : 'M[K]_(b, a)) (W2 : 'M[K]_(c, b)) (G : 'M[K]_(c, a)).
  Let d1 := - (W2^T *m G).
  Let d2 := - (G *m W1^T).
  Goal (d2^T *m W2 + W2^T *m d2) - (d1 *m W1^T + W1 *m d1^T) = 0.
  Proof. rewrite /d1 /d2. ncnorm. zmod. Qed.
End Test.
