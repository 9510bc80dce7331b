// Symbols of a module: their names carry the module that they are attached to.
export module shapes.round;
export namespace shapes {
struct Circle { int radius; int area() const; };
template <class T> T scaled(T value) { return value * 2; }
}
int shapes::Circle::area() const { return radius * radius; }
int attached(shapes::Circle circle) { return shapes::scaled(circle.radius); }
