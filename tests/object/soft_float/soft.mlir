module attributes {ingot.sqrt = false} {
  func.func @root(%x: f32) -> f32 {
    %0 = math.sqrt %x : f32
    return %0 : f32
  }
  func.func @larger(%x: f32, %y: f32) -> f32 {
    %0 = arith.maximumf %x, %y : f32
    return %0 : f32
  }
  func.func @smaller(%x: f32, %y: f32) -> f32 {
    %0 = arith.minimumf %x, %y : f32
    return %0 : f32
  }
}
