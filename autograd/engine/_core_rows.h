/* Rows of the table in C: name, value and partials. Made by tests/core_rows.py; do not edit. */

static inline double float_sqrt(double x) {
    return sqrt(x) + 0.0;
}

static inline double float_sigmoid_slope(double x) {
    double e = exp(-fabs(x));
    return e / (1.0 + (e * (2.0 + e)));
}

static inline double float_sigmoid(double x) {
    if (x >= 0.0) return 1.0 / (1.0 + exp(-x));
    double e = exp(x);
    return e / (1.0 + e);
}

static inline double float_softplus(double x) {
    return (0.0 > x ? 0.0 : x) + log1p(exp(-fabs(x)));
}

static inline double float_relu(double x) {
    return x <= 0.0 ? 0.0 : x;
}

static inline double float_heaviside(double x) {
    return x > 0.0 ? 1.0 : (x <= 0.0 ? 0.0 : x);
}

static inline double float_sign(double x) {
    return x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : (x * 0.0));
}

static inline double float_maximum(double x, double y) {
    return x >= y ? x : (y > x ? y : NAN);
}

static inline double float_greater(double x, double y) {
    return x > y ? 1.0 : (x < y ? 0.0 : (x == y ? 0.5 : NAN));
}

static inline double float_minimum(double x, double y) {
    return x <= y ? x : (y < x ? y : NAN);
}

#define FUNCTIONS(ROW) \
    ROW(exp, exp(x), z) \
    ROW(expm1, expm1(x), exp(x)) \
    ROW(log, log(x), 1.0 / x) \
    ROW(log2, log2(x), 1.0 / (x * 0.6931471805599453)) \
    ROW(log10, log10(x), 1.0 / (x * 2.302585092994046)) \
    ROW(log1p, log1p(x), 1.0 / (1.0 + x)) \
    ROW(sqrt, float_sqrt(x), 0.5 / z) \
    ROW(sin, sin(x), cos(x)) \
    ROW(cos, cos(x), -sin(x)) \
    ROW(tan, tan(x), 1.0 + (z * z)) \
    ROW(sinh, sinh(x), cosh(x)) \
    ROW(cosh, cosh(x), sinh(x)) \
    ROW(tanh, tanh(x), 4.0 * float_sigmoid_slope((2.0 * x))) \
    ROW(sigmoid, float_sigmoid(x), float_sigmoid_slope(x)) \
    ROW(softplus, float_softplus(x), float_sigmoid(x)) \
    ROW(relu, float_relu(x), float_heaviside(x)) \
    ROW(heaviside, float_heaviside(x), 0.0) \
    ROW(sign, float_sign(x), 0.0) \
    ROW(abs, fabs(x), float_sign(x))

#define HELPERS(ROW) \
    ROW(sigmoid_slope, float_sigmoid_slope(x), -z * tanh((0.5 * x)))

#define OF_TWO(ROW) \
    ROW(maximum, float_maximum(x, y), float_greater(x, y), float_greater(y, x)) \
    ROW(minimum, float_minimum(x, y), float_greater(y, x), float_greater(x, y))
