/* Rows of the table in C: name and value. Made by tests/core_rows.py; do not edit. */

static inline double float_exp2(double x) {
    return pow(2.0, x);
}

static inline double float_sqrt(double x) {
    return sqrt(x) + 0.0;
}

static inline double float_cbrt(double x) {
    double y = copysign(pow(fabs(x), 0.3333333333333333), x);
    return (y != 0.0) && isfinite(y) ? (y - ((y - (x / (y * y))) / 3.0)) : y;
}

static inline double float_sigmoid(double x) {
    if (x >= 0.0) return 1.0 / (1.0 + exp(-x));
    double e = exp(x);
    return e / (1.0 + e);
}

static inline double float_sigmoid_slope(double x) {
    double e = exp(-fabs(x));
    return e / (1.0 + (e * (2.0 + e)));
}

static inline double float_softplus(double x) {
    return (0.0 > x ? 0.0 : x) + log1p(exp(-fabs(x)));
}

static inline double float_gaussian(double x) {
    if (fabs(x) > 64.0) return 0.0;
    double low = remainder(x, 9.5367431640625e-07);
    double high = x - low;
    return exp(-high * high) * exp(-low * (high + x));
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

static double float_total(double *terms, int count) {   /* rounded once, as math.fsum */
    double sum = 0.0, rest = 0.0, beyond = 0.0;
    for (int i = 0; i < count; i++) {
        double x = terms[i], z = sum + x, t = z - sum, lost = (sum - (z - t)) + (x - t);
        sum = z;
        z = rest + lost;
        t = z - rest;
        beyond += fabs((rest - (z - t)) + (lost - t));
        rest = z;
    }
    double z = sum + rest, most = 2.0 * beyond + fabs(rest) * 0x1p-52;
    if (!isfinite(z)) return NAN;
    if (beyond == 0.0 || (sum + (rest + most) == z && sum + (rest - most) == z)) return z;
    int n = 0;   /* Shewchuk's exact sum: parts that do not overlap, in place, since they are never more than the terms read */
    for (int i = 0; i < count; i++) {
        double x = terms[i];
        int kept = 0;
        for (int k = 0; k < n; k++) {
            double y = terms[k], high = x + y, low = fabs(x) < fabs(y) ? x - (high - y) : y - (high - x);
            if (low != 0.0) terms[kept++] = low;
            x = high;
        }
        n = kept;
        if (x != 0.0) terms[n++] = x;
    }
    double high = n ? terms[--n] : 0.0, low = 0.0;
    while (n && low == 0.0) {
        double x = high, y = terms[--n];
        high = x + y;
        low = y - (high - x);
    }
    if (n && low != 0.0 && (low < 0.0) == (terms[n - 1] < 0.0)) {   /* the middle of two floats, and something more */
        double x = high + 2.0 * low;
        if (x - high == 2.0 * low) high = x;
    }
    return high;
}

static double float_sinc_derivative(double x, double n) {
    if (!(n >= 0.0 && n <= 12.0)) return NAN;
    int order = (int)n, count = 1;
    double u = 3.141592653589793 * x, odd = 1.0, terms[60];
    if (fabs(u) > (n > 1.0 ? n : 1.0)) {
        double turn = remainder(x, 2.0), half = fabs(turn) <= 0.5 ? turn : copysign(1.0, turn) - turn;
        double below = sin(3.141592653589793 * (0.5 - fabs(turn))), at = sin(3.141592653589793 * half) / u;
        for (int k = 0; k < order; k++) {
            double next = ((2.0 * k + 1.0) * at - below) / u / u;
            below = at;
            at = next;
        }
        return at;
    }
    for (int k = 1; k < 2 * order + 2; k += 2) odd *= k;
    for (terms[0] = 1.0 / odd; count < 12 + 4 * order; count++)
        terms[count] = terms[count - 1] * -0.5 * u * u / (count * (2.0 * (n + count) + 1.0));
    return float_total(terms, count);
}

static inline double float_sinc(double x) {
    return float_sinc_derivative(x, 0.0);
}

static double float_remainder(double x, double y) {   /* with the sign of y */
    double rest = fmod(x, y);
    if (rest == 0.0) return copysign(0.0, y);
    return (y < 0.0) != (rest < 0.0) ? rest + y : rest;
}

static double float_times_power(double factor, double x, double y) {
    double whole = pow(x, y);
    if (isfinite(whole) && fabs(whole) > 1e-300) return factor * whole;
    double root = isinf(whole) && fabs(0.5 * y * log(fabs(x))) >= 709.0 ? INFINITY : pow(fabs(x), 0.5 * y);
    return copysign(root, whole) * factor * root;
}

static double float_power_derivative(double x, double y, double k, double m) {
    if (!(k >= 0.0 && m >= 0.0 && k + m <= 16.0) || (x < 0.0 && (m != 0.0 || y != floor(y)))) return NAN;
    double taylor[18] = {1.0}, factors[18], degrees[18], parts[18];   /* of y·(y - 1)···(y - k + 1), and of log(x) */
    double permutations = 1.0, logs = x != 0.0 && m != 0.0 ? log(x) : 0.0;
    int count = 0, times = (int)k;
    for (int i = 0; i < times; i++)
        for (int j = i + 1; j >= 0; j--) taylor[j] = (y - i) * taylor[j] + (j ? taylor[j - 1] : 0.0);
    for (int j = 0; j <= times && j <= (int)m; permutations *= (int)m - j++)
        if (taylor[j] != 0.0) {
            factors[count] = permutations * taylor[j];
            degrees[count] = m - j;
            parts[count] = factors[count] * pow(logs, degrees[count]);
            count++;
        }
    if (count == 0) return 0.0;
    if (x == 0.0) return y > k ? 0.0 : degrees[0] == 0.0 && y == k ? factors[0] : NAN;
    double factor = float_total(parts, count);
    if ((y - k) + k == y && y - (y - k) == k) return float_times_power(factor, x, y - k);
    double whole = float_times_power(factor, x, y);
    for (int i = 0; i < times; i++) whole /= x;
    return whole;
}

static inline double float_power_slope(double x, double y) {
    if (((0.5 <= y) && (y <= 9007199254740992.0)) && ((x - x) == 0.0) && ((x != 0.0) || (y >= 1.0))) return (x >= 0.0) || (float_remainder(y, 1.0) == 0.0) ? float_times_power(y, x, y - 1.0) : NAN;
    return float_power_derivative(x, y, 1.0, 0.0);
}

static inline double float_power_log(double x, double y) {
    return (x != 0.0) || (y != 0.0) ? float_power_derivative(x, y, 0.0, 1.0) : 0.0;
}

static double float_hypot(double x, double y) {   /* rounded once; nan where the middle of two floats is too near to tell */
    double large = fmax(fabs(x), fabs(y)), small = fmin(fabs(x), fabs(y));
    if (large == 0.0) return 0.0;
    if (!isfinite(large) || large < 0x1p-1020) return NAN;
    int exponent;
    large = frexp(large, &exponent);
    small = ldexp(small, -exponent);
    double h = sqrt(large * large + small * small);
    double numbers[] = {large, small, h}, rest[3];    /* of their squares, by halves of 26 digits */
    for (int i = 0; i < 3; i++) {
        double t = numbers[i] * 134217729.0, high = t - (t - numbers[i]), low = numbers[i] - high;
        rest[i] = ((high * high - numbers[i] * numbers[i]) + 2.0 * high * low) + low * low;
    }
    double d = ((large * large - h * h) + small * small + (rest[0] - rest[2] + rest[1])) / (2.0 * h);
    double z = h + (d + 0x1p-96);
    return z == h + (d - 0x1p-96) ? ldexp(z, exponent) : NAN;
}

static inline double float_unit(double x, double y) {
    if (isinf(x) && isfinite(y)) return copysign(1.0, x);
    double whole = float_hypot(x, y);
    if (isinf(whole) && isfinite(x) && isfinite(y)) return (0.5 * x) / float_hypot(0.5 * x, 0.5 * y);
    return whole != 0.0 ? (x / whole) : 0.0;
}

static double float_raised(double x, double y) {   /* nan where Python raises: 1 / inf would be finite again */
    double z = pow(x, y);
    return isfinite(z) ? z : NAN;
}

static inline double float_gap_power(double x, double y) {
    double gap = (1.0 - x) * (1.0 + x);
    return gap > 0.0 ? (1.0 / float_raised(sqrt(gap), -2.0 * y)) : (gap != 0.0 ? NAN : INFINITY);
}

static inline double float_damped(double x, double y) {
    return y != 0.0 ? (x * y) : 0.0;
}

static inline double float_maximum(double x, double y) {
    return x >= y ? x : (y > x ? y : NAN);
}

static inline double float_minimum(double x, double y) {
    return x <= y ? x : (y < x ? y : NAN);
}

static inline double float_greater(double x, double y) {
    return x > y ? 1.0 : (x < y ? 0.0 : (x == y ? 0.5 : NAN));
}

static inline double float_equal(double x, double y) {
    return x == y ? 1.0 : ((x < y) || (x > y) ? 0.0 : NAN);
}

static double float_floor_divide(double x, double y) {
    double rest = fmod(x, y), quotient = (x - rest) / y;
    if (rest != 0.0 && (y < 0.0) != (rest < 0.0)) quotient -= 1.0;
    if (quotient == 0.0) return copysign(0.0, x / y);
    double whole = floor(quotient);
    return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

static inline double float_fmod(double x, double y) {
    return isinf(x) && (y != 0.0) ? NAN : fmod(x, y);
}

static double float_amax(const double *values, int count) {
    double z = count ? values[0] : NAN;
    for (int i = 1; i < count; i++) if (values[i] > z) z = values[i];
    return z;
}

static inline double float_exp_difference(double x, double y) {
    double d = x - y;
    if (!isfinite(d)) return x == y ? 1.0 : exp(d);
    double back = x - d;
    return exp(d) * (1.0 + ((x - (d + back)) + (back - y)));
}

static double float_log_sum_exp(double *values, int count) {
    double largest = float_amax(values, count);
    for (int i = 0; i < count; i++) values[i] = float_exp_difference(values[i], largest);
    values[count] = -1.0;   /* exactly without the largest's own exp(0) */
    return largest + log1p(float_total(values, count + 1));
}

static inline double float_xlogy(double x, double y) {
    return x != 0.0 ? (x * log(y)) : (y != y ? (y * 0.0) : 0.0);
}

static inline double float_half_squared_error(double target, double output) {
    return 0.5 * (target - output) * (target - output);
}

static inline double float_clip(double x, double low, double high) {
    return float_minimum(float_maximum(x, low), high);
}

static inline double float_where(double condition, double x, double y) {
    return condition != 0.0 ? x : y;
}

static double float_amin(const double *values, int count) {
    double z = count ? values[0] : NAN;
    for (int i = 1; i < count; i++) if (values[i] < z) z = values[i];
    return z;
}

static double float_product(const double *values, int count) {   /* also where it would leave the floats on the way */
    double fraction = 1.0;
    int exponent = 0, shift;
    for (int i = 0; i < count; i++) {
        double x = frexp(values[i], &shift);
        exponent += shift;
        fraction = frexp(fraction * x, &shift);
        exponent += shift;
    }
    return ldexp(fraction, exponent);
}

#define OF_ONE(ROW) \
    ROW(negative, -x) \
    ROW(exp, exp(x)) \
    ROW(exp2, float_exp2(x)) \
    ROW(expm1, expm1(x)) \
    ROW(log, log(x)) \
    ROW(log2, log2(x)) \
    ROW(log10, log10(x)) \
    ROW(log1p, log1p(x)) \
    ROW(sqrt, float_sqrt(x)) \
    ROW(cbrt, float_cbrt(x)) \
    ROW(sin, sin(x)) \
    ROW(cos, cos(x)) \
    ROW(tan, tan(x)) \
    ROW(arcsin, asin(x)) \
    ROW(arccos, acos(x)) \
    ROW(arctan, atan(x)) \
    ROW(sinh, sinh(x)) \
    ROW(cosh, cosh(x)) \
    ROW(tanh, tanh(x)) \
    ROW(arcsinh, asinh(x)) \
    ROW(arccosh, acosh(x)) \
    ROW(arctanh, atanh(x)) \
    ROW(sigmoid, float_sigmoid(x)) \
    ROW(sigmoid_slope, float_sigmoid_slope(x)) \
    ROW(softplus, float_softplus(x)) \
    ROW(erf, erf(x)) \
    ROW(erfc, erfc(x)) \
    ROW(gaussian, float_gaussian(x)) \
    ROW(relu, float_relu(x)) \
    ROW(heaviside, float_heaviside(x)) \
    ROW(abs, fabs(x)) \
    ROW(sign, float_sign(x)) \
    ROW(floor, floor(x)) \
    ROW(ceil, ceil(x)) \
    ROW(trunc, trunc(x)) \
    ROW(rint, rint(x)) \
    ROW(sinc, float_sinc(x))

#define OF_TWO(ROW) \
    ROW(add, x + y) \
    ROW(subtract, x - y) \
    ROW(multiply, x * y) \
    ROW(divide, x / y) \
    ROW(power, pow(x, y)) \
    ROW(power_slope, float_power_slope(x, y)) \
    ROW(power_log, float_power_log(x, y)) \
    ROW(hypot, float_hypot(x, y)) \
    ROW(unit, float_unit(x, y)) \
    ROW(gap_power, float_gap_power(x, y)) \
    ROW(arctan2, atan2(x, y)) \
    ROW(damped, float_damped(x, y)) \
    ROW(maximum, float_maximum(x, y)) \
    ROW(minimum, float_minimum(x, y)) \
    ROW(greater, float_greater(x, y)) \
    ROW(equal, float_equal(x, y)) \
    ROW(remainder, float_remainder(x, y)) \
    ROW(floor_divide, float_floor_divide(x, y)) \
    ROW(fmod, float_fmod(x, y)) \
    ROW(copysign, copysign(x, y)) \
    ROW(logaddexp, float_log_sum_exp((double[3]){x, y}, 2)) \
    ROW(sinc_derivative, float_sinc_derivative(x, y)) \
    ROW(xlogy, float_xlogy(x, y)) \
    ROW(exp_difference, float_exp_difference(x, y)) \
    ROW(half_squared_error, float_half_squared_error(x, y))

#define OF_MANY(ROW) \
    ROW(power_derivative, float_power_derivative(a[0], a[1], a[2], a[3])) \
    ROW(clip, float_clip(a[0], a[1], a[2])) \
    ROW(where, float_where(a[0], a[1], a[2]))

#define OF_SEQUENCE(ROW) \
    ROW(amax, float_amax(a, n)) \
    ROW(amin, float_amin(a, n)) \
    ROW(largest_of, float_amax(a, n)) \
    ROW(total, float_total(a, n)) \
    ROW(product, float_product(a, n)) \
    ROW(log_sum_exp, float_log_sum_exp(a, n))
