@main
struct Flowcheck {
  static func main() {}
}
