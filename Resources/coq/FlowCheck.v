(* FlowCheck: polynomial laws of flows, proved for every solution. MIT License, see LICENSE of flowcheck.

   What a reader of a theorem must know: [var], [expr], [ev], [pd], [velocity], [solves], [rests]. All else is proof. *)
From Coq Require Export String List ZArith QArith Reals.
From Coq Require Import Bool Ascii Qreals Lra Lia.
Export ListNotations.
Open Scope R_scope.

(** * Variables, expressions, values *)

(* [V "W" [2; 3]]: entry 2,3 of W, counted from 1. [Vel]: its velocity. [Grad]: the loss differentiated in an entry of the model. *)
Inductive var :=
| V (name : string) (place : list Z)
| Vel (name : string) (place : list Z)
| Grad (name : string) (place : list Z).

Inductive expr := Cst (q : Q) | Var (x : var) | Add (a b : expr) | Mul (a b : expr) | Opp (a : expr).

Declare Scope expr_scope.
Delimit Scope expr_scope with expr.
Bind Scope expr_scope with expr.
Notation "a + b" := (Add a b) : expr_scope.
Notation "a * b" := (Mul a b) : expr_scope.
Notation "- a" := (Opp a) : expr_scope.
Notation "a - b" := (Add a (Opp b)) : expr_scope.

Definition env := var -> R.

Fixpoint ev (en : env) (e : expr) : R :=
  match e with
  | Cst q => Q2R q
  | Var x => en x
  | Add a b => ev en a + ev en b
  | Mul a b => ev en a * ev en b
  | Opp a => - ev en a
  end.

(* 1, ..., n *)
Definition range (n : nat) : list Z := map Z.of_nat (seq 1 n).
(* f 1 + ... + f n *)
Definition sum (n : nat) (f : Z -> expr) : expr := fold_right (fun i s => f i + s)%expr (Cst 0) (range n).
(* The entries f 1, ..., f n one after the other. *)
Definition entries {A} (n : nat) (f : Z -> list A) : list A := flat_map f (range n).
Fixpoint pow (e : expr) (n : nat) : expr :=
  match n with O => Cst 1 | S O => e | S k => (e * pow e k)%expr end.
Definition delta (i j : Z) : expr := if (i =? j)%Z then Cst 1 else Cst 0.
(* Entry i of a list, entry i,j of rows. *)
Definition item (l : list expr) (i : Z) : expr := nth (Z.to_nat (i - 1)) l (Cst 0).
Definition entry (rows : list (list expr)) (i j : Z) : expr := item (nth (Z.to_nat (i - 1)) rows nil) j.
(* Entry i,j of the n by n matrix A to the power k. *)
Fixpoint matpow (n k : nat) (A : Z -> Z -> expr) (i j : Z) : expr :=
  match k with O => delta i j | S O => A i j | S m => sum n (fun l => A i l * matpow n m A l j)%expr end.
(* Laplace's expansion along the first row. *)
Fixpoint det (n : nat) (A : Z -> Z -> expr) : expr :=
  match n with
  | O => Cst 1
  | S m =>
    sum n (fun j =>
      (if Z.odd j then A 1%Z j else - A 1%Z j) * det m (fun i k => A (i + 1)%Z (if k <? j then k else k + 1)%Z))%expr
  end.

(** * Flows *)

Definition bool_cmp (a b : bool) : comparison :=
  match a, b with true, true | false, false => Eq | true, false => Gt | false, true => Lt end.
Definition lex (c d : comparison) : comparison := match c with Eq => d | _ => c end.
Definition ascii_cmp (a b : ascii) : comparison :=
  let '(Ascii a0 a1 a2 a3 a4 a5 a6 a7) := a in
  let '(Ascii b0 b1 b2 b3 b4 b5 b6 b7) := b in
  match bool_cmp a0 b0 with Eq =>
  match bool_cmp a1 b1 with Eq =>
  match bool_cmp a2 b2 with Eq =>
  match bool_cmp a3 b3 with Eq =>
  match bool_cmp a4 b4 with Eq =>
  match bool_cmp a5 b5 with Eq =>
  match bool_cmp a6 b6 with Eq => bool_cmp a7 b7
  | c => c end | c => c end | c => c end | c => c end | c => c end | c => c end | c => c end.
Fixpoint string_cmp (a b : string) : comparison :=
  match a, b with
  | EmptyString, EmptyString => Eq
  | EmptyString, _ => Lt
  | _, EmptyString => Gt
  | String c s, String d t => match ascii_cmp c d with Eq => string_cmp s t | o => o end
  end.
Fixpoint place_cmp (a b : list Z) : comparison :=
  match a, b with
  | [], [] => Eq
  | [], _ => Lt
  | _, [] => Gt
  | i :: s, j :: t => match (i ?= j)%Z with Eq => place_cmp s t | o => o end
  end.
Definition var_cmp (x y : var) : comparison :=
  match x, y with
  | V a i, V b j | Vel a i, Vel b j | Grad a i, Grad b j =>
    match place_cmp i j with Eq => string_cmp a b | o => o end
  | V _ _, _ | Vel _ _, Grad _ _ => Lt
  | _, _ => Gt
  end.
Definition var_eqb (x y : var) : bool := match var_cmp x y with Eq => true | _ => false end.

(* The partial derivative; [pd_spec] says that it is one. *)
Fixpoint pd (x : var) (e : expr) : expr :=
  match e with
  | Cst _ => Cst 0
  | Var y => if var_eqb x y then Cst 1 else Cst 0
  | Add a b => (pd x a + pd x b)%expr
  | Mul a b => (pd x a * b + a * pd x b)%expr
  | Opp a => (- pd x a)%expr
  end.

Inductive flow :=
| Gradient (loss : expr)                    (* x' = - dloss/dx *)
| Decay (rate : expr) (loss : expr)         (* x' = - dloss/dx - rate x *)
| Momentum (friction : expr) (loss : expr)  (* x' = v, v' = - friction v - dloss/dx *)
| Mirror (loss : expr)                      (* x' = - x dloss/dx *)
| Field (rates : list (var * expr)).        (* x' = its entry of the list *)

Fixpoint assoc {A} (l : list (var * A)) (x : var) : option A :=
  match l with [] => None | (y, e) :: r => if var_eqb x y then Some e else assoc r x end.

(* How fast a variable moves. *)
Definition velocity (F : flow) (x : var) : expr :=
  match F with
  | Gradient L => (- pd x L)%expr
  | Decay r L => (- pd x L - r * Var x)%expr
  | Momentum k L =>
    match x with
    | V n i => Var (Vel n i)
    | Vel n i => (- (k * Var x) - pd (V n i) L)%expr
    | Grad _ _ => Cst 0
    end
  | Mirror L => (- (Var x * pd x L))%expr
  | Field l => match assoc l x with Some e => e | None => Cst 0 end
  end.

(* The derivative of an expression along the flow, all variables but [ps] at rest; [lie_spec] says that it is one. *)
Fixpoint lie (ps : list var) (F : flow) (e : expr) : expr :=
  match e with
  | Cst _ => Cst 0
  | Var x => if existsb (var_eqb x) ps then velocity F x else Cst 0
  | Add a b => (lie ps F a + lie ps F b)%expr
  | Mul a b => (lie ps F a * b + a * lie ps F b)%expr
  | Opp a => (- lie ps F a)%expr
  end.

(* The variables [ps] move along the flow for times 0 to T. All others are arbitrary functions of time. *)
Definition solves (ps : list var) (F : flow) (th : R -> env) (T : R) : Prop :=
  forall x, In x ps -> forall t, 0 <= t <= T -> derivable_pt_lim (fun s => th s x) t (ev (th t) (velocity F x)).

(* The variables [ds] do not change. *)
Definition rests (ds : list var) (th : R -> env) : Prop := forall x, In x ds -> forall s, th s x = th 0 x.

(* Any finite number of data points: the velocity is a weighted sum of those at points that agree with [th t] in [ps]. *)
Definition over (w : list (R * env)) (f : env -> R) : R := fold_right (fun p s => fst p * f (snd p) + s) 0 w.
Definition solves_points (ps : list var) (F : flow) (th : R -> env) (T : R) : Prop :=
  forall t, 0 <= t <= T -> exists w : list (R * env),
    (forall p, In p w -> forall x, In x ps -> snd p x = th t x) /\
    forall x, In x ps -> derivable_pt_lim (fun s => th s x) t (over w (fun en => ev en (velocity F x))).

(** * Equality of variables *)

Lemma bool_cmp_eq a b : bool_cmp a b = Eq -> a = b.
Proof. destruct a, b; simpl; congruence. Qed.

Lemma ascii_cmp_eq a b : ascii_cmp a b = Eq -> a = b.
Proof.
  destruct a as [a0 a1 a2 a3 a4 a5 a6 a7], b as [b0 b1 b2 b3 b4 b5 b6 b7]; simpl.
  repeat match goal with
  | |- context [match bool_cmp ?a ?b with _ => _ end] =>
    let H := fresh in destruct (bool_cmp a b) eqn:H; [apply bool_cmp_eq in H; subst | discriminate | discriminate]
  end.
  intro H; apply bool_cmp_eq in H; now subst.
Qed.

Lemma ascii_cmp_refl a : ascii_cmp a a = Eq.
Proof. destruct a as [[] [] [] [] [] [] [] []]; reflexivity. Qed.

Lemma string_cmp_eq a : forall b, string_cmp a b = Eq -> a = b.
Proof.
  induction a as [| c s IH]; destruct b as [| d t]; simpl; try congruence.
  destruct (ascii_cmp c d) eqn:H; try congruence.
  intro E; apply ascii_cmp_eq in H; apply IH in E; now subst.
Qed.

Lemma string_cmp_refl a : string_cmp a a = Eq.
Proof. induction a; simpl; auto; now rewrite ascii_cmp_refl. Qed.

Lemma place_cmp_eq a : forall b, place_cmp a b = Eq -> a = b.
Proof.
  induction a as [| i s IH]; destruct b as [| j t]; simpl; try congruence.
  destruct (i ?= j)%Z eqn:H; try congruence.
  intro E; apply Z.compare_eq in H; apply IH in E; now subst.
Qed.

Lemma place_cmp_refl a : place_cmp a a = Eq.
Proof. induction a; simpl; auto; now rewrite Z.compare_refl. Qed.

Lemma var_cmp_eq x y : var_cmp x y = Eq -> x = y.
Proof.
  destruct x as [a i | a i | a i], y as [b j | b j | b j]; simpl; try congruence;
    (destruct (place_cmp i j) eqn:H; try congruence;
     intro E; apply place_cmp_eq in H; apply string_cmp_eq in E; now subst).
Qed.

Lemma var_eqb_eq x y : var_eqb x y = true <-> x = y.
Proof.
  unfold var_eqb; split.
  - intro H; apply var_cmp_eq; destruct (var_cmp x y); congruence.
  - intros <-; destruct x; simpl; now rewrite place_cmp_refl, string_cmp_refl.
Qed.

Lemma assoc_in {A} (l : list (var * A)) x a : assoc l x = Some a -> In (x, a) l.
Proof.
  induction l as [| [y b] l IH]; simpl; [discriminate |].
  destruct (var_eqb x y) eqn:E; [apply var_eqb_eq in E; subst; intros [= <-]; now left | auto].
Qed.

Definition upd (en : env) (x : var) (s : R) : env := fun y => if var_eqb x y then s else en y.

Lemma upd_same en x y : upd en x (en x) y = en y.
Proof. unfold upd; destruct (var_eqb x y) eqn:E; auto; apply var_eqb_eq in E; now subst. Qed.

Lemma ev_ext en en' e : (forall x, en x = en' x) -> ev en e = ev en' e.
Proof. intro H; induction e; simpl; congruence. Qed.

(** * Derivatives *)

Lemma lim_ext f g x l : (forall s, f s = g s) -> derivable_pt_lim f x l -> derivable_pt_lim g x l.
Proof. intros H D eps P; destruct (D eps P) as [d Hd]; exists d; intros; rewrite <- !H; auto. Qed.

Lemma lim_eq f x l l' : l = l' -> derivable_pt_lim f x l -> derivable_pt_lim f x l'.
Proof. now intros <-. Qed.

Lemma lim_plus f g x a b :
  derivable_pt_lim f x a -> derivable_pt_lim g x b -> derivable_pt_lim (fun s => f s + g s) x (a + b).
Proof. intros; now apply (derivable_pt_lim_plus f g). Qed.

Lemma lim_mult f g x a b : derivable_pt_lim f x a -> derivable_pt_lim g x b ->
  derivable_pt_lim (fun s => f s * g s) x (a * g x + f x * b).
Proof. intros; now apply (derivable_pt_lim_mult f g). Qed.

Lemma lim_opp f x a : derivable_pt_lim f x a -> derivable_pt_lim (fun s => - f s) x (- a).
Proof. intros; now apply (derivable_pt_lim_opp f). Qed.

Lemma lim_const c x : derivable_pt_lim (fun _ => c) x 0.
Proof. apply derivable_pt_lim_const. Qed.

Theorem pd_spec en x e : derivable_pt_lim (fun s => ev (upd en x s) e) (en x) (ev en (pd x e)).
Proof.
  assert (S : forall e, ev (upd en x (en x)) e = ev en e) by (intro; apply ev_ext, upd_same).
  induction e as [q | y | a IHa b IHb | a IHa b IHb | a IHa]; simpl.
  - eapply lim_eq; [| apply lim_const]. unfold Q2R; simpl; lra.
  - unfold upd; destruct (var_eqb x y); simpl.
    + eapply lim_eq; [| apply derivable_pt_lim_id]. unfold Q2R; simpl; lra.
    + eapply lim_eq; [| apply lim_const]. unfold Q2R; simpl; lra.
  - now apply lim_plus.
  - pose proof (lim_mult _ _ _ _ _ IHa IHb) as H; cbv beta in H; rewrite !S in H; exact H.
  - now apply lim_opp.
Qed.

(** * Polynomials: lists of sorted monomials with coefficients. Nothing below relies on their being sorted. *)

Definition mono := list var.
Definition poly := list (mono * Q).

Fixpoint evm (en : env) (m : mono) : R := match m with [] => 1 | x :: r => en x * evm en r end.
Fixpoint evp (en : env) (p : poly) : R := match p with [] => 0 | (m, c) :: r => Q2R c * evm en m + evp en r end.

Definition qadd (a b : Q) : Q :=
  if (Qden a =? Qden b)%positive then Qnum a + Qnum b # Qden a else Qred (a + b).
Definition qmul (a b : Q) : Q :=
  match Qden a, Qden b with xH, xH => Qnum a * Qnum b # 1 | _, _ => Qred (a * b) end.
Definition qzero (a : Q) : bool := match Qnum a with Z0 => true | _ => false end.

Lemma Q2R_red q : Q2R (Qred q) = Q2R q.
Proof. apply Qeq_eqR, Qred_correct. Qed.

Lemma qadd_spec a b : Q2R (qadd a b) = Q2R a + Q2R b.
Proof.
  unfold qadd; destruct (Pos.eqb_spec (Qden a) (Qden b)) as [E | _].
  - unfold Q2R; cbn [Qnum Qden]; rewrite plus_IZR, E; lra.
  - rewrite Q2R_red; apply Q2R_plus.
Qed.

Lemma qmul_spec a b : Q2R (qmul a b) = Q2R a * Q2R b.
Proof.
  destruct a as [n d], b as [k e]; unfold qmul; cbn [Qnum Qden].
  destruct d; try (rewrite Q2R_red; apply Q2R_mult).
  destruct e; try (rewrite Q2R_red; apply Q2R_mult).
  unfold Q2R; cbn [Qnum Qden]; rewrite mult_IZR; lra.
Qed.

Lemma qzero_spec a : qzero a = true -> Q2R a = 0.
Proof. unfold qzero, Q2R; destruct (Qnum a); try discriminate; lra. Qed.

Fixpoint mono_cmp (a b : mono) : comparison :=
  match a, b with
  | [], [] => Eq
  | [], _ => Lt
  | _, [] => Gt
  | x :: s, y :: t => match var_cmp x y with Eq => mono_cmp s t | o => o end
  end.

Lemma mono_cmp_eq a : forall b, mono_cmp a b = Eq -> a = b.
Proof.
  induction a as [| x s IH]; destruct b as [| y t]; simpl; try congruence.
  destruct (var_cmp x y) eqn:H; try congruence.
  intro E; apply var_cmp_eq in H; apply IH in E; now subst.
Qed.

(* Product of monomials. *)
Fixpoint mmul (a : mono) : mono -> mono :=
  match a with
  | [] => fun b => b
  | x :: s =>
    fix inner (b : mono) : mono :=
      match b with
      | [] => a
      | y :: t => match var_cmp x y with Gt => y :: inner t | _ => x :: mmul s b end
      end
  end.

Lemma mmul_spec en a : forall b, evm en (mmul a b) = evm en a * evm en b.
Proof.
  induction a as [| x s IH]; [intros; simpl; ring |].
  induction b as [| y t IHb]; [simpl; ring |].
  simpl in *; destruct (var_cmp x y); simpl; rewrite ?IH, ?IHb; simpl; ring.
Qed.

(* Sum of sorted polynomials. *)
Fixpoint merge (p : poly) : poly -> poly :=
  match p with
  | [] => fun q => q
  | (m, c) :: p' =>
    fix inner (q : poly) : poly :=
      match q with
      | [] => p
      | (n, d) :: q' =>
        match mono_cmp m n with
        | Lt => (m, c) :: merge p' q
        | Gt => (n, d) :: inner q'
        | Eq => let s := qadd c d in if qzero s then merge p' q' else (m, s) :: merge p' q'
        end
      end
  end.

Lemma merge_spec en p : forall q, evp en (merge p q) = evp en p + evp en q.
Proof.
  induction p as [| [m c] p IH]; [intros; simpl; ring |].
  induction q as [| [n d] q IHq]; [simpl; ring |].
  simpl in *; destruct (mono_cmp m n) eqn:E; simpl; rewrite ?IH, ?IHq; simpl; try ring.
  apply mono_cmp_eq in E; subst n.
  assert (P := qadd_spec c d); destruct (qzero (qadd c d)) eqn:Z; simpl; rewrite IH.
  - apply qzero_spec in Z; rewrite Z in P; transitivity ((Q2R c + Q2R d) * evm en m + (evp en p + evp en q));
      [rewrite <- P |]; ring.
  - rewrite P; ring.
Qed.

(* Merge sort: a stack of sorted polynomials, each twice as long as the one above. *)
Fixpoint push (stack : list (option poly)) (p : poly) : list (option poly) :=
  match stack with
  | [] => [Some p]
  | None :: s => Some p :: s
  | Some q :: s => None :: push s (merge q p)
  end.
Definition flatten (stack : list (option poly)) : poly :=
  fold_left (fun acc o => match o with None => acc | Some q => merge q acc end) stack [].
Fixpoint sort_onto (stack : list (option poly)) (p : poly) : poly :=
  match p with
  | [] => flatten stack
  | (m, c) :: r => sort_onto (if qzero c then stack else push stack [(m, c)]) r
  end.
Definition sort (p : poly) : poly := sort_onto [] p.

Fixpoint evs (en : env) (s : list (option poly)) : R :=
  match s with [] => 0 | None :: r => evs en r | Some q :: r => evp en q + evs en r end.

Lemma push_spec en s : forall p, evs en (push s p) = evp en p + evs en s.
Proof.
  induction s as [| [q |] s IH]; intro p; simpl; try ring.
  rewrite IH, merge_spec; ring.
Qed.

Lemma flatten_spec en s : evp en (flatten s) = evs en s.
Proof.
  unfold flatten; assert (H : forall s acc, evp en (fold_left (fun acc o =>
    match o with None => acc | Some q => merge q acc end) s acc) = evp en acc + evs en s).
  { clear s; induction s as [| [q |] s IH]; intro acc; simpl; rewrite ?IH, ?merge_spec; simpl; ring. }
  rewrite H; simpl; ring.
Qed.

Lemma sort_spec en p : evp en (sort p) = evp en p.
Proof.
  unfold sort; assert (H : forall p s, evp en (sort_onto s p) = evp en p + evs en s).
  { clear p; induction p as [| [m c] p IH]; intro s; simpl; [rewrite flatten_spec; ring |].
    rewrite IH; destruct (qzero c) eqn:Z; [rewrite (qzero_spec c Z); ring |].
    rewrite push_spec; simpl; ring. }
  rewrite H; simpl; ring.
Qed.

(* c m p on top of acc; a p on top of acc. *)
Fixpoint scale_onto (m : mono) (c : Q) (p acc : poly) : poly :=
  match p with [] => acc | (n, d) :: r => (mmul m n, qmul c d) :: scale_onto m c r acc end.
Fixpoint mul_onto (a p acc : poly) : poly :=
  match a with [] => acc | (m, c) :: r => scale_onto m c p (mul_onto r p acc) end.

Lemma scale_onto_spec en m c p acc : evp en (scale_onto m c p acc) = Q2R c * evm en m * evp en p + evp en acc.
Proof. induction p as [| [n d] p IH]; simpl; [ring |]; rewrite IH, mmul_spec, qmul_spec; ring. Qed.

Lemma mul_onto_spec en a p acc : evp en (mul_onto a p acc) = evp en a * evp en p + evp en acc.
Proof. induction a as [| [m c] a IH]; simpl; [ring |]; rewrite scale_onto_spec, IH; ring. Qed.

(* The terms of an expression, with the opposite sign where [neg], on top of acc. *)
Fixpoint terms (neg : bool) (e : expr) (acc : poly) : poly :=
  match e with
  | Cst q => ([], if neg then Qopp q else q) :: acc
  | Var x => ([x], (if neg then -1 # 1 else 1 # 1)%Q) :: acc
  | Add a b => terms neg a (terms neg b acc)
  | Opp a => terms (negb neg) a acc
  | Mul a b => mul_onto (sort (terms neg a [])) (sort (terms false b [])) acc
  end.
Definition norm (e : expr) : poly := sort (terms false e []).

Lemma terms_spec en e : forall neg acc,
  evp en (terms neg e acc) = (if neg then - ev en e else ev en e) + evp en acc.
Proof.
  induction e as [q | x | a IHa b IHb | a IHa b IHb | a IHa]; intros neg acc; simpl.
  - destruct neg; rewrite ?Q2R_opp; ring.
  - destruct neg; unfold Q2R; simpl; field.
  - rewrite IHa, IHb; destruct neg; ring.
  - rewrite mul_onto_spec, !sort_spec, IHa, IHb; destruct neg; simpl; ring.
  - rewrite IHa; destruct neg; simpl; ring.
Qed.

Lemma norm_spec en e : evp en (norm e) = ev en e.
Proof. unfold norm; rewrite sort_spec, terms_spec; simpl; ring. Qed.

(** * The derivative of a polynomial in a variable *)

Fixpoint dm (x : var) (m : mono) : Z * mono :=
  match m with
  | [] => (0%Z, [])
  | y :: r => let '(k, n) := dm x r in if var_eqb x y then ((k + 1)%Z, r) else (k, y :: n)
  end.
(* - dp/dx, the terms in the order of p. *)
Fixpoint dp (x : var) (p : poly) : poly :=
  match p with
  | [] => []
  | (m, c) :: r =>
    match dm x m with (Z0, _) => dp x r | (k, n) => (n, qmul (Z.opp k # 1) c) :: dp x r end
  end.

Lemma dm_spec en x m : let '(k, n) := dm x m in
  (k <> 0%Z -> en x * evm en n = evm en m) /\
  derivable_pt_lim (fun s => evm (upd en x s) m) (en x) (IZR k * evm en n).
Proof.
  assert (S : forall r, evm (upd en x (en x)) r = evm en r).
  { intro r; induction r; simpl; auto; now rewrite IHr, upd_same. }
  induction m as [| y r IH]; simpl.
  { split; [congruence |]; eapply lim_eq; [| apply lim_const]; ring. }
  destruct (dm x r) as [k n]; destruct IH as [I D].
  assert (Dy := derivable_pt_lim_id (en x)).
  destruct (var_eqb x y) eqn:E.
  - apply var_eqb_eq in E; subst y; split; [auto |].
    apply lim_ext with (f := fun s => s * evm (upd en x s) r).
    { intro s; unfold upd at 2; now rewrite (proj2 (var_eqb_eq x x) eq_refl). }
    eapply lim_eq; [| apply lim_mult; [exact Dy | exact D]]; cbv beta; rewrite S, plus_IZR.
    destruct (Z.eq_dec k 0) as [-> | H]; [ring | rewrite <- (I H); ring].
  - split; [intro H; simpl; rewrite <- (I H); ring |].
    apply lim_ext with (f := fun s => en y * evm (upd en x s) r).
    { intro s; unfold upd at 2; now rewrite E. }
    eapply lim_eq; [| apply lim_mult; [apply lim_const | exact D]]; simpl; ring.
Qed.

Lemma Q2R_opp_int k : Q2R (Z.opp k # 1) = - IZR k.
Proof. unfold Q2R; cbn [Qnum Qden]; rewrite opp_IZR; field. Qed.

Lemma dp_lim en x p : derivable_pt_lim (fun s => evp (upd en x s) p) (en x) (- evp en (dp x p)).
Proof.
  induction p as [| [m c] p IH]; simpl; [eapply lim_eq; [| apply lim_const]; ring |].
  assert (H := dm_spec en x m); destruct (dm x m) as [k n]; destruct H as [_ D].
  assert (P := lim_plus _ _ _ _ _ (lim_mult _ _ _ _ _ (lim_const (Q2R c) (en x)) D) IH).
  eapply lim_eq; [| exact P].
  destruct k as [| k | k]; [ring | |]; cbn [evp]; rewrite qmul_spec, Q2R_opp_int; ring.
Qed.

Lemma dp_spec en x e : evp en (dp x (norm e)) = - ev en (pd x e).
Proof.
  enough (- evp en (dp x (norm e)) = ev en (pd x e)) by lra.
  eapply uniqueness_limite; [apply dp_lim |].
  eapply lim_ext; [| apply pd_spec]; intro s; simpl; symmetry; apply norm_spec.
Qed.

(** * The derivative along a flow *)

(* The derivative of a monomial and of a polynomial whose variables move with the velocities N, on top of acc. *)
Fixpoint lm (N : var -> poly) (c : Q) (pre m : mono) (acc : poly) : poly :=
  match m with
  | [] => acc
  | y :: r => scale_onto (rev_append pre r) c (N y) (lm N c (y :: pre) r acc)
  end.
Fixpoint liep (N : var -> poly) (p acc : poly) : poly :=
  match p with [] => acc | (m, c) :: r => lm N c [] m (liep N r acc) end.

(* The same with real numbers for velocities. *)
Fixpoint dirm (en : env) (D : var -> R) (m : mono) : R :=
  match m with [] => 0 | y :: r => D y * evm en r + en y * dirm en D r end.
Fixpoint dirp (en : env) (D : var -> R) (p : poly) : R :=
  match p with [] => 0 | (m, c) :: r => Q2R c * dirm en D m + dirp en D r end.

Lemma rev_append_spec en b : forall r, evm en (rev_append b r) = evm en b * evm en r.
Proof. induction b; intro r; simpl; [ring |]; rewrite IHb; simpl; ring. Qed.

Lemma lm_spec en N c acc m : forall pre, evp en (lm N c pre m acc) =
  Q2R c * evm en pre * dirm en (fun x => evp en (N x)) m + evp en acc.
Proof.
  induction m as [| y r IH]; intro pre; simpl; [ring |].
  rewrite scale_onto_spec, IH, rev_append_spec; simpl; ring.
Qed.

Lemma liep_spec en N acc p : evp en (liep N p acc) = dirp en (fun x => evp en (N x)) p + evp en acc.
Proof. induction p as [| [m c] p IH]; simpl; [ring |]; rewrite lm_spec, IH; simpl; ring. Qed.

Definition uses (p : poly) (x : var) : Prop := exists m c, In (m, c) p /\ In x m.

Lemma dirm_lim (th : R -> env) t D m : (forall x, In x m -> derivable_pt_lim (fun s => th s x) t (D x)) ->
  derivable_pt_lim (fun s => evm (th s) m) t (dirm (th t) D m).
Proof.
  induction m as [| y r IH]; intro H; simpl; [apply lim_const |].
  apply (lim_mult (fun s => th s y) (fun s => evm (th s) r)); [apply H; now left |].
  apply IH; intros x I; apply H; now right.
Qed.

Lemma dirp_lim (th : R -> env) t D p : (forall x, uses p x -> derivable_pt_lim (fun s => th s x) t (D x)) ->
  derivable_pt_lim (fun s => evp (th s) p) t (dirp (th t) D p).
Proof.
  induction p as [| [m c] p IH]; intro H; simpl; [apply lim_const |].
  apply lim_plus.
  - eapply lim_eq; [| apply lim_mult; [apply lim_const | apply dirm_lim with (D := D)]]; cbv beta; [ring |].
    intros x I; apply H; exists m, c; simpl; auto.
  - apply IH; intros x (n & d & I & J); apply H; exists n, d; simpl; auto.
Qed.

Lemma dirp_ext en en' D D' p : (forall x, uses p x -> en x = en' x /\ D x = D' x) -> dirp en D p = dirp en' D' p.
Proof.
  intro H; induction p as [| [m c] p IH]; simpl; auto; f_equal.
  - f_equal; assert (K : forall x, In x m -> en x = en' x /\ D x = D' x).
    { intros x I; apply H; exists m, c; simpl; auto. }
    clear - K; induction m as [| y r IH]; simpl; auto.
    assert (M : evm en r = evm en' r).
    { clear IH; induction r as [| z r IHr]; simpl; auto.
      rewrite (proj1 (K z (or_intror (or_introl eq_refl)))), IHr; auto.
      intros x [E | I]; apply K; simpl; auto. }
    destruct (K y (or_introl eq_refl)) as [-> ->]; rewrite M, IH; auto.
    intros x I; apply K; now right.
  - apply IH; intros x (n & d & I & J); apply H; exists n, d; simpl; auto.
Qed.

Lemma lie_spec ps F th T e t : solves ps F th T -> (forall x, ~ In x ps -> forall s, th s x = th 0 x) ->
  0 <= t <= T -> derivable_pt_lim (fun s => ev (th s) e) t (ev (th t) (lie ps F e)).
Proof.
  intros S C I; induction e as [q | x | a IHa b IHb | a IHa b IHb | a IHa]; simpl.
  - eapply lim_eq; [| apply lim_const]. unfold Q2R; simpl; lra.
  - destruct (existsb (var_eqb x) ps) eqn:E.
    + apply existsb_exists in E as (y & J & E); apply var_eqb_eq in E; subst y; now apply S.
    + apply lim_ext with (f := fun _ => th 0 x).
      * intro s; symmetry; apply C; intro J.
        rewrite (proj2 (existsb_exists (var_eqb x) ps)) in E; [discriminate |].
        exists x; split; [auto | now apply var_eqb_eq].
      * eapply lim_eq; [| apply lim_const]; unfold Q2R; simpl; lra.
  - now apply lim_plus.
  - now apply lim_mult.
  - now apply lim_opp.
Qed.

(* The velocities as polynomials. The loss is expanded once, whatever the number of variables. *)
Definition minus_one : Q := -1 # 1.
Definition velocityp (F : flow) : var -> poly :=
  match F with
  | Gradient L => let p := norm L in fun x => dp x p
  | Decay r L => let p := norm L in let q := norm r in fun x => scale_onto [x] minus_one q (dp x p)
  | Momentum k L =>
    let p := norm L in let q := norm k in fun x =>
    match x with
    | V n i => [([Vel n i], 1%Q)]
    | Vel n i => scale_onto [x] minus_one q (dp (V n i) p)
    | Grad _ _ => []
    end
  | Mirror L => let p := norm L in fun x => scale_onto [x] 1 (dp x p) []
  | Field l =>
    let t := map (fun r => (fst r, norm (snd r))) l in fun x => match assoc t x with Some p => p | None => [] end
  end.

Lemma Q2R_one : Q2R 1 = 1.
Proof. unfold Q2R; simpl; field. Qed.
Lemma Q2R_minus_one : Q2R minus_one = -1.
Proof. unfold Q2R; simpl; field. Qed.
Lemma Q2R_zero : Q2R 0 = 0.
Proof. unfold Q2R; simpl; ring. Qed.

Lemma velocityp_spec en F x : evp en (velocityp F x) = ev en (velocity F x).
Proof.
  destruct F as [L | r L | k L | L | l]; simpl.
  - apply dp_spec.
  - rewrite scale_onto_spec, Q2R_minus_one, norm_spec, dp_spec; simpl; ring.
  - destruct x; simpl.
    + rewrite Q2R_one; ring.
    + rewrite scale_onto_spec, Q2R_minus_one, norm_spec, dp_spec; simpl; ring.
    + rewrite Q2R_zero; ring.
  - rewrite scale_onto_spec, Q2R_one, dp_spec; simpl; ring.
  - induction l as [| [y e] l IH]; simpl; [rewrite Q2R_zero; ring |].
    destruct (var_eqb x y); [apply norm_spec | exact IH].
Qed.

(** * The check: Q' + E = 0 for pairs Q, E *)

Definition table (ps : list var) (F : flow) : list (var * poly) :=
  let N := velocityp F in map (fun x => (x, N x)) ps.
Definition look (tab : list (var * poly)) (x : var) : poly := match assoc tab x with Some p => p | None => [] end.
Definition is_known (tab : list (var * poly)) (ds : list var) (x : var) : bool :=
  match assoc tab x with Some _ => true | None => existsb (var_eqb x) ds end.
Definition knows (tab : list (var * poly)) (ds : list var) (p : poly) : bool :=
  forallb (fun t => forallb (is_known tab ds) (fst t)) p.
Definition is_zero (p : poly) : bool := match p with [] => true | _ => false end.
Definition rate_ok (tab : list (var * poly)) (ds : list var) (c : expr * expr) : bool :=
  let q := norm (fst c) in knows tab ds q && is_zero (sort (liep (look tab) q (terms false (snd c) []))).
Definition rates_ok (ps ds : list var) (F : flow) (l : list (expr * expr)) : bool :=
  let tab := table ps F in forallb (rate_ok tab ds) l.

Lemma assoc_table ps F x : match assoc (table ps F) x with
  Some p => In x ps /\ p = velocityp F x | None => True end.
Proof.
  unfold table; induction ps as [| y ps IH]; simpl; auto.
  destruct (var_eqb x y) eqn:E; [apply var_eqb_eq in E; subst; auto |].
  destruct (assoc _ x); tauto.
Qed.

Lemma knows_spec tab ds p x : knows tab ds p = true -> uses p x -> is_known tab ds x = true.
Proof.
  intros K (m & c & I & J); unfold knows in K; rewrite forallb_forall in K.
  specialize (K _ I); simpl in K; rewrite forallb_forall in K; auto.
Qed.

Lemma is_zero_spec en p : is_zero (sort p) = true -> evp en p = 0.
Proof. intro H; rewrite <- sort_spec; destruct (sort p); [reflexivity | discriminate]. Qed.

Lemma rests_lim ds th x t : rests ds th -> In x ds -> derivable_pt_lim (fun s => th s x) t 0.
Proof.
  intros H I; apply lim_ext with (f := fun _ => th 0 x); [| apply lim_const].
  intro s; symmetry; now apply H.
Qed.

Lemma table_lim ps ds F th T x t : solves ps F th T -> rests ds th -> 0 <= t <= T ->
  is_known (table ps F) ds x = true ->
  derivable_pt_lim (fun s => th s x) t (evp (th t) (look (table ps F) x)).
Proof.
  intros S C I K; unfold is_known in K; unfold look.
  assert (A := assoc_table ps F x); destruct (assoc (table ps F) x) as [p |].
  - destruct A as [J ->]; rewrite velocityp_spec; now apply S.
  - apply existsb_exists in K as (y & J & E); apply var_eqb_eq in E; subst y.
    now apply (rests_lim ds).
Qed.

Theorem rate ps ds F l : rates_ok ps ds F l = true ->
  forall T th, solves ps F th T -> rests ds th -> forall Q E, In (Q, E) l ->
  forall t, 0 <= t <= T -> derivable_pt_lim (fun s => ev (th s) Q) t (- ev (th t) E).
Proof.
  intros H T th S C Q E I t J; unfold rates_ok in H; rewrite forallb_forall in H; specialize (H _ I).
  unfold rate_ok in H; cbn [fst snd] in H; apply andb_prop in H as [K Z].
  apply (is_zero_spec (th t)) in Z; rewrite liep_spec, terms_spec in Z; simpl in Z.
  apply lim_ext with (f := fun s => evp (th s) (norm Q)); [intro; apply norm_spec |].
  eapply lim_eq; [| apply dirp_lim with (D := fun x => evp (th t) (look (table ps F) x))]; [lra |].
  intros x U; eapply table_lim; eauto; eapply knows_spec; eauto.
Qed.

(** * What a reader uses *)

Lemma flat f T : (forall t, 0 <= t <= T -> derivable_pt_lim f t 0) -> forall t, 0 <= t <= T -> f t = f 0.
Proof.
  intros H t [P Q]; destruct (Rle_lt_or_eq_dec 0 t P) as [L | <-]; auto.
  destruct (MVT_cor2 f (fun _ => 0) 0 t L) as (c & E & _); [intros; apply H; lra | lra].
Qed.

Lemma falling f g T : (forall t, 0 <= t <= T -> derivable_pt_lim f t (g t)) ->
  (forall t, 0 <= t <= T -> g t <= 0) -> forall s t, 0 <= s <= t -> t <= T -> f t <= f s.
Proof.
  intros H N s t [P Q] L; destruct (Rle_lt_or_eq_dec s t Q) as [K | <-]; [| lra].
  destruct (MVT_cor2 f g s t K) as (c & E & B); [intros; apply H; lra |].
  assert (g c <= 0) by (apply N; lra).
  assert (0 <= - g c * (t - s)) by (apply Rmult_le_pos; lra).
  lra.
Qed.

Definition with_rate (E : expr) (qs : list expr) : list (expr * expr) := map (fun q => (q, E)) qs.

(* All of the list are conserved. *)
Theorem conserved ps ds F qs : rates_ok ps ds F (with_rate (Cst 0) qs) = true ->
  forall q, In q qs -> forall T th, solves ps F th T -> rests ds th ->
  forall t, 0 <= t <= T -> ev (th t) q = ev (th 0) q.
Proof.
  intros H q I T th S C; apply (flat (fun s => ev (th s) q) T); intros t J.
  eapply lim_eq; [| eapply (rate _ _ _ _ H); eauto; apply in_map_iff; eauto].
  simpl; rewrite Q2R_zero; ring.
Qed.

(* q' = K q: it keeps its value up to a factor that is never 0. K may depend on anything, time included. *)
Theorem darboux ps ds F K qs : rates_ok ps ds F (map (fun q => (q, - (K * q))%expr) qs) = true ->
  forall q, In q qs -> forall T th, solves ps F th T -> rests ds th ->
  forall kappa, (forall t, 0 <= t <= T -> derivable_pt_lim kappa t (ev (th t) K)) ->
  forall t, 0 <= t <= T -> ev (th t) q = ev (th 0) q * exp (kappa t - kappa 0).
Proof.
  intros H q I T th S C kappa D t J.
  assert (L : forall s, 0 <= s <= T -> derivable_pt_lim (fun s => ev (th s) q) s (ev (th s) K * ev (th s) q)).
  { intros s B; eapply lim_eq; [| eapply (rate _ _ _ _ H); eauto; apply in_map_iff; eauto]; simpl; ring. }
  assert (E : ev (th t) q * exp (- kappa t) = ev (th 0) q * exp (- kappa 0)).
  { apply (flat (fun s => ev (th s) q * exp (- kappa s)) T); auto; intros s B.
    eapply lim_eq; [| apply lim_mult; [apply L; auto |]]; cycle 1.
    - apply (derivable_pt_lim_comp (fun s => - kappa s) exp); [apply lim_opp, D; auto | apply derivable_pt_lim_exp].
    - cbv beta; ring. }
  replace (kappa t - kappa 0) with (- kappa 0 + kappa t) by ring; rewrite exp_plus.
  rewrite <- Rmult_assoc, <- E, Rmult_assoc, <- exp_plus, Rplus_opp_l, exp_0; ring.
Qed.

Lemma decaying (f r integral : R -> R) T :
  (forall t, 0 <= t <= T -> derivable_pt_lim f t (- (r t * f t))) ->
  (forall t, 0 <= t <= T -> derivable_pt_lim integral t (r t)) ->
  forall t, 0 <= t <= T -> f t = f 0 * exp (- (integral t - integral 0)).
Proof.
  intros L D t J.
  assert (E : f t * exp (integral t) = f 0 * exp (integral 0)).
  { apply (flat (fun s => f s * exp (integral s)) T); auto; intros s B.
    eapply lim_eq; [| apply lim_mult; [apply L; auto |]]; cycle 1.
    - apply (derivable_pt_lim_comp integral exp); [apply D; auto | apply derivable_pt_lim_exp].
    - cbv beta; ring. }
  replace (- (integral t - integral 0)) with (integral 0 + - integral t) by ring; rewrite exp_plus.
  rewrite <- Rmult_assoc, <- E, Rmult_assoc, <- exp_plus, Rplus_opp_r, exp_0; ring.
Qed.

(* q' = - r q. *)
Theorem decays ps ds F r qs : rates_ok ps ds F (map (fun q => (q, r * q)%expr) qs) = true ->
  forall q, In q qs -> forall T th, solves ps F th T -> rests ds th ->
  forall integral, (forall t, 0 <= t <= T -> derivable_pt_lim integral t (ev (th t) r)) ->
  forall t, 0 <= t <= T -> ev (th t) q = ev (th 0) q * exp (- (integral t - integral 0)).
Proof.
  intros H q I T th S C integral D; apply (decaying (fun s => ev (th s) q) (fun s => ev (th s) r)); auto.
  intros s B; eapply (rate _ _ _ _ H _ _ S C q (r * q)%expr); auto; apply in_map_iff; eauto.
Qed.

(* q' = K q and every variable is continuous in time: q keeps its sign. *)
Theorem keeps_sign ps ds F K qs : rates_ok ps ds F (map (fun q => (q, - (K * q))%expr) qs) = true ->
  forall q, In q qs -> forall T th, solves ps F th T -> rests ds th ->
  (forall x t, 0 <= t <= T -> continuity_pt (fun s => th s x) t) ->
  forall t, 0 <= t <= T ->
  (0 < ev (th 0) q -> 0 < ev (th t) q) /\ (ev (th 0) q = 0 -> ev (th t) q = 0) /\ (ev (th 0) q < 0 -> ev (th t) q < 0).
Proof.
  intros H q I T th S C G t J.
  assert (c : forall s, 0 <= s <= T -> continuity_pt (fun s => ev (th s) K) s).
  { intros s B; clear H; induction K as [a | x | a IHa b IHb | a IHa b IHb | a IHa]; simpl.
    - apply continuity_pt_const; now intros ? ?.
    - now apply G.
    - now apply continuity_pt_plus.
    - now apply continuity_pt_mult.
    - now apply continuity_pt_opp. }
  assert (P : 0 <= T) by lra.
  assert (E := darboux _ _ _ _ _ H q I T th S C (primitive P (FTC_P1 P c)) (fun s B => RiemannInt_P28 P c B) t J).
  set (z := exp _) in E; assert (0 < z) by apply exp_pos; rewrite E.
  repeat split; intro.
  - now apply Rmult_lt_0_compat.
  - rewrite H1; ring.
  - assert (0 < - ev (th 0) q * z) by (apply Rmult_lt_0_compat; lra); lra.
Qed.

Section Signs.
  Variables (ps ds : list var) (F : flow) (K : expr) (qs : list expr).
  Hypothesis ok : rates_ok ps ds F (map (fun q => (q, - (K * q))%expr) qs) = true.
  Variables (q : expr) (T : R) (th : R -> env).
  Hypotheses (I : In q qs) (S : solves ps F th T) (C : rests ds th).
  Hypothesis G : forall x t, 0 <= t <= T -> continuity_pt (fun s => th s x) t.
  Theorem keeps_positive : 0 < ev (th 0) q -> forall t, 0 <= t <= T -> 0 < ev (th t) q.
  Proof. intros H t J; now apply (keeps_sign _ _ _ _ _ ok q I T th S C G t J). Qed.
  Theorem keeps_zero : ev (th 0) q = 0 -> forall t, 0 <= t <= T -> ev (th t) q = 0.
  Proof. intros H t J; now apply (keeps_sign _ _ _ _ _ ok q I T th S C G t J). Qed.
  Theorem keeps_nonnegative : 0 <= ev (th 0) q -> forall t, 0 <= t <= T -> 0 <= ev (th t) q.
  Proof.
    intros [H | H] t J; [left; now apply keeps_positive | right; symmetry; apply keeps_zero; auto].
  Qed.
End Signs.

Definition squares (l : list (Q * expr)) : expr := fold_right (fun s r => Cst (fst s) * (snd s * snd s) + r)%expr (Cst 0) l.

Lemma squares_spec en l : forallb (fun s => Qle_bool 0 (fst s)) l = true -> 0 <= ev en (squares l).
Proof.
  induction l as [| [k e] l IH]; simpl; [rewrite Q2R_zero; lra |].
  intro H; apply andb_prop in H as [K L]; apply IH in L.
  apply Qle_bool_iff, Qle_Rle in K; rewrite Q2R_zero in K.
  assert (0 <= Q2R k * (ev en e * ev en e)) by (apply Rmult_le_pos; [lra | apply Rle_0_sqr]).
  lra.
Qed.

(* q' = - (k1 e1^2 + k2 e2^2 + ...) with k >= 0. *)
Theorem nonincreasing ps ds F l q :
  forallb (fun s => Qle_bool 0 (fst s)) l && rates_ok ps ds F [(q, squares l)] = true ->
  forall T th, solves ps F th T -> rests ds th -> forall s t, 0 <= s <= t -> t <= T -> ev (th t) q <= ev (th s) q.
Proof.
  intros H T th S C; apply andb_prop in H as [K H].
  apply (falling (fun s => ev (th s) q) (fun s => - ev (th s) (squares l))).
  - intros t J; eapply (rate _ _ _ _ H); eauto; now left.
  - intros t _; assert (P := squares_spec (th t) l K); lra.
Qed.

(* Equal at every point. *)
Definition equal_ok (l : list (expr * expr)) : bool := forallb (fun c => is_zero (norm (fst c - snd c)%expr)) l.
Theorem identity l : equal_ok l = true -> forall a b, In (a, b) l -> forall en, ev en a = ev en b.
Proof.
  intros H a b I en; unfold equal_ok in H; rewrite forallb_forall in H; specialize (H _ I); simpl in H.
  assert (E := norm_spec en (a - b)%expr); destruct (norm _); [simpl in E; lra | discriminate].
Qed.

(* With any number of data points, weighted as one likes: conserved, as the claim is linear in the velocity. *)
Lemma dirp_over en (w : list (R * env)) (f : env -> var -> R) p :
  dirp en (fun x => over w (fun e => f e x)) p = over w (fun e => dirp en (f e) p).
Proof.
  induction w as [| [a e] w IH]; simpl.
  - assert (Z : forall m, dirm en (fun _ => 0) m = 0) by (induction m; simpl; auto; rewrite IHm; ring).
    induction p as [| [m c] p IHp]; simpl; auto; rewrite Z, IHp; ring.
  - rewrite <- IH; clear.
    assert (Z : forall m, dirm en (fun x => a * f e x + over w (fun e => f e x)) m =
      a * dirm en (f e) m + dirm en (fun x => over w (fun e => f e x)) m)
      by (induction m; simpl; try ring; rewrite IHm; ring).
    induction p as [| [m c] p IHp]; simpl; [ring |]; rewrite Z, IHp; ring.
Qed.

Theorem conserved_points ps F qs : rates_ok ps [] F (with_rate (Cst 0) qs) = true ->
  forall q, In q qs -> forall T th, solves_points ps F th T ->
  forall t, 0 <= t <= T -> ev (th t) q = ev (th 0) q.
Proof.
  intros H q I T th S; apply (flat (fun s => ev (th s) q) T); intros t J.
  unfold rates_ok in H; rewrite forallb_forall in H.
  specialize (H (q, Cst 0) ltac:(apply in_map_iff; eauto)).
  unfold rate_ok in H; cbn [fst snd] in H; apply andb_prop in H as [K Z].
  destruct (S t J) as (w & A & D).
  apply lim_ext with (f := fun s => evp (th s) (norm q)); [intro; apply norm_spec |].
  set (f := fun (e : env) x => evp e (look (table ps F) x)).
  assert (M : forall x, uses (norm q) x -> In x ps /\ forall e, f e x = ev e (velocity F x)).
  { intros x U; assert (N := knows_spec _ _ _ _ K U); unfold is_known in N; unfold f, look.
    assert (B := assoc_table ps F x); destruct (assoc (table ps F) x); [| discriminate].
    destruct B as [B ->]; split; auto; intro; apply velocityp_spec. }
  eapply lim_eq; [| apply dirp_lim with (D := fun x => over w (fun e => f e x))].
  - rewrite dirp_over.
    assert (Y : forall p, In p w -> dirp (th t) (f (snd p)) (norm q) = 0).
    { intros p L; apply (is_zero_spec (snd p)) in Z; rewrite liep_spec in Z; simpl in Z.
      rewrite Q2R_zero in Z; fold (f (snd p)) in Z.
      rewrite (dirp_ext _ (snd p) _ (f (snd p))); [lra |].
      intros x U; split; auto; symmetry; apply A; auto; now apply M. }
    clear - Y; induction w as [| p w IH]; simpl; auto.
    rewrite Y, IH; [ring | | now left]; intros; apply Y; now right.
  - intros x U; destruct (M x U) as [L E]; eapply lim_eq; [| apply (D x L)].
    clear - E; induction w as [| p w IH]; simpl; auto; now rewrite E, IH.
Qed.

(** * Refutations: an exact point at which a derivative is not what is claimed *)

(* Variables that are not in the list are 0. *)
Definition point (l : list (var * Q)) : env := fun x => match assoc l x with Some q => Q2R q | None => 0 end.
Fixpoint evq (l : list (var * Q)) (e : expr) : Q :=
  match e with
  | Cst q => q
  | Var x => match assoc l x with Some q => q | None => 0%Q end
  | Add a b => qadd (evq l a) (evq l b)
  | Mul a b => qmul (evq l a) (evq l b)
  | Opp a => Qopp (evq l a)
  end.

Lemma evq_spec l e : Q2R (evq l e) = ev (point l) e.
Proof.
  induction e as [q | x | a IHa b IHb | a IHa b IHb | a IHa]; simpl; auto.
  - unfold point; destruct (assoc l x); auto; apply Q2R_zero.
  - now rewrite qadd_spec, IHa, IHb.
  - now rewrite qmul_spec, IHa, IHb.
  - now rewrite Q2R_opp, IHa.
Qed.

Fixpoint evmq (l : list (var * Q)) (m : mono) : Q :=
  match m with [] => 1%Q | x :: r => qmul (evq l (Var x)) (evmq l r) end.
Fixpoint evpq (l : list (var * Q)) (p : poly) : Q :=
  match p with [] => 0%Q | (m, c) :: r => qadd (qmul c (evmq l m)) (evpq l r) end.

Lemma evpq_spec l p : Q2R (evpq l p) = evp (point l) p.
Proof.
  assert (M : forall m, Q2R (evmq l m) = evm (point l) m).
  { induction m as [| x m IH]; cbn [evmq evm]; [apply Q2R_one |].
    now rewrite qmul_spec, IH, evq_spec. }
  induction p as [| [m c] p IH]; cbn [evpq evp]; [apply Q2R_zero |].
  now rewrite qadd_spec, qmul_spec, IH, M.
Qed.

(* The value of q' at the point. *)
Definition rate_at (ps ds : list var) (F : flow) (q : expr) (l : list (var * Q)) : Q :=
  let tab := table ps F in Qred (evpq l (liep (look tab) (norm q) [])).
Definition has_rate (ps ds : list var) (F : flow) (q : expr) : bool := knows (table ps F) ds (norm q).

Lemma rate_at_lim ps ds F q l : has_rate ps ds F q = true ->
  forall T th, 0 <= T -> solves ps F th T -> rests ds th -> (forall x, th 0 x = point l x) ->
  derivable_pt_lim (fun s => ev (th s) q) 0 (Q2R (rate_at ps ds F q l)).
Proof.
  intros K T th P S C A; unfold rate_at; rewrite Q2R_red, evpq_spec, liep_spec; simpl; rewrite Rplus_0_r.
  apply lim_ext with (f := fun s => evp (th s) (norm q)); [intro; apply norm_spec |].
  eapply lim_eq; [| apply dirp_lim with (D := fun x => evp (th 0) (look (table ps F) x))].
  - apply dirp_ext; intros x U; split; auto.
    assert (M : forall m, evm (th 0) m = evm (point l) m) by (induction m; simpl; auto; now rewrite A, IHm).
    induction (look (table ps F) x) as [| [m c] p IH]; simpl; auto; now rewrite M, IH.
  - intros x U; eapply table_lim; eauto; [lra | eapply knows_spec; eauto].
Qed.

Lemma rises f v T : 0 < T -> 0 < v -> derivable_pt_lim f 0 v -> exists t, 0 < t <= T /\ f 0 < f t.
Proof.
  intros P L D; destruct (D v L) as [d B].
  set (h := Rmin T (d / 2)); assert (0 < d) by apply cond_pos.
  assert (0 < h) by (apply Rmin_glb_lt; lra).
  assert (h <= T) by apply Rmin_l; assert (h <= d / 2) by apply Rmin_r.
  exists h; split; [lra |].
  assert (E : Rabs ((f (0 + h) - f 0) / h - v) < v) by (apply B; [lra | rewrite Rabs_pos_eq; lra]).
  apply Rabs_def2 in E as [_ E]; rewrite Rplus_0_l in E.
  assert (0 < (f h - f 0) / h) by lra.
  assert (f h - f 0 = (f h - f 0) / h * h) by (field; lra).
  assert (0 < (f h - f 0) / h * h) by (now apply Rmult_lt_0_compat); lra.
Qed.

Lemma falls f v T : 0 < T -> v < 0 -> derivable_pt_lim f 0 v -> exists t, 0 < t <= T /\ f t < f 0.
Proof.
  intros P L D; destruct (rises (fun s => - f s) (- v) T) as (t & B & E); [lra | lra | now apply lim_opp |].
  exists t; split; [auto | lra].
Qed.

Definition positive (v : Q) : bool := match Qnum v with Zpos _ => true | _ => false end.
Definition negative (v : Q) : bool := match Qnum v with Zneg _ => true | _ => false end.

Lemma positive_spec v : positive v = true -> 0 < Q2R v.
Proof.
  destruct v as [[| n | n] d]; try discriminate; intros _; rewrite <- Q2R_zero; apply Qlt_Rlt; reflexivity.
Qed.
Lemma negative_spec v : negative v = true -> Q2R v < 0.
Proof.
  destruct v as [[| n | n] d]; try discriminate; intros _; rewrite <- Q2R_zero; apply Qlt_Rlt; reflexivity.
Qed.

(* No solution through the point keeps q constant, for however short a time. *)
Theorem not_conserved ps ds F q l : has_rate ps ds F q && negb (qzero (rate_at ps ds F q l)) = true ->
  forall T th, 0 < T -> solves ps F th T -> rests ds th -> (forall x, th 0 x = point l x) ->
  ~ (forall t, 0 <= t <= T -> ev (th t) q = ev (th 0) q).
Proof.
  intros H T th P S C A N; apply andb_prop in H as [M Z].
  assert (D := rate_at_lim _ _ _ _ _ M T th (Rlt_le _ _ P) S C A).
  set (v := rate_at _ _ _ _ _) in *; clearbody v.
  destruct (Rtotal_order (Q2R v) 0) as [L | [E | L]].
  - destruct (falls _ _ T P L D) as (t & B & K); specialize (N t ltac:(lra)); cbv beta in K; lra.
  - destruct v as [n d]; unfold Q2R in E; cbn [Qnum Qden] in E.
    destruct n as [| n | n]; [discriminate | |].
    + assert (0 < Q2R (Zpos n # d)) by (now apply positive_spec); unfold Q2R in *; simpl in *; lra.
    + assert (Q2R (Zneg n # d) < 0) by (now apply negative_spec); unfold Q2R in *; simpl in *; lra.
  - destruct (rises _ _ T P L D) as (t & B & K); specialize (N t ltac:(lra)); cbv beta in K; lra.
Qed.

(* Every solution through the point has q above its first value at some time, however soon. *)
Theorem not_nonincreasing ps ds F q l : has_rate ps ds F q && positive (rate_at ps ds F q l) = true ->
  forall T th, 0 < T -> solves ps F th T -> rests ds th -> (forall x, th 0 x = point l x) ->
  exists t, 0 < t <= T /\ ev (th 0) q < ev (th t) q.
Proof.
  intros H T th P S C A; apply andb_prop in H as [M L]; apply positive_spec in L.
  apply (rises (fun s => ev (th s) q) _ T P L); apply (rate_at_lim ps ds F q l M T th); auto; lra.
Qed.

(* q = 0 at the point, and every solution through it has q < 0 at some time, however soon. *)
Theorem leaves ps ds F q l :
  has_rate ps ds F q && negative (rate_at ps ds F q l) && qzero (evq l q) = true ->
  forall T th, 0 < T -> solves ps F th T -> rests ds th -> (forall x, th 0 x = point l x) ->
  ev (th 0) q = 0 /\ exists t, 0 < t <= T /\ ev (th t) q < 0.
Proof.
  intros H T th P S C A; apply andb_prop in H as [H Z]; apply andb_prop in H as [M L].
  apply negative_spec in L; apply qzero_spec in Z; rewrite evq_spec in Z.
  assert (E : ev (th 0) q = 0) by (rewrite (ev_ext _ _ q A); exact Z).
  split; auto; destruct (falls (fun s => ev (th s) q) _ T P L) as (t & B & K); [apply (rate_at_lim ps ds F q l M T th); auto; lra |].
  exists t; split; [auto | cbv beta in K; lra].
Qed.

(* q' is not - r q at the point. *)
Theorem not_decays ps ds F q r l :
  has_rate ps ds F q && negb (Qeq_bool (rate_at ps ds F q l) (Qopp (qmul (evq l r) (evq l q)))) = true ->
  forall T th, 0 < T -> solves ps F th T -> rests ds th -> (forall x, th 0 x = point l x) ->
  ~ (forall t, 0 <= t <= T -> derivable_pt_lim (fun s => ev (th s) q) t (- (ev (th t) r * ev (th t) q))).
Proof.
  intros H T th P S C A N; apply andb_prop in H as [M Z].
  assert (D := rate_at_lim _ _ _ _ l M T th (Rlt_le _ _ P) S C A).
  assert (E := uniqueness_limite _ _ _ _ D (N 0 ltac:(lra))).
  rewrite (ev_ext _ _ r A), (ev_ext _ _ q A), <- !evq_spec, <- qmul_spec, <- Q2R_opp in E.
  apply eqR_Qeq, Qeq_bool_iff in E; rewrite E in Z; discriminate.
Qed.

(* Two sides that differ at the point. *)
Theorem not_identity a b l : negb (Qeq_bool (evq l a) (evq l b)) = true -> ev (point l) a <> ev (point l) b.
Proof.
  intros H E; rewrite <- !evq_spec in E; apply eqR_Qeq, Qeq_bool_iff in E; rewrite E in H; discriminate.
Qed.
