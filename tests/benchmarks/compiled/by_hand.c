/* The programs of compiled code as somebody writes them by hand who knows their derivatives. See compiled_programs.py. */
#include <math.h>
#include <string.h>

static const double B1 = 0.35, B2 = 0.60, RATE = 0.5;
static const double POINT[] = {0.05, 0.10, 0.01, 0.99};   /* the note's inputs and targets */

static inline double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

/* The error of the note's network, and its gradient by the weights. */
static inline double gradient(const double *w, double i1, double i2, double t1, double t2, double *g) {
    double h1 = sigmoid(w[0] * i1 + w[1] * i2 + B1), h2 = sigmoid(w[2] * i1 + w[3] * i2 + B1);
    double o1 = sigmoid(w[4] * h1 + w[5] * h2 + B2), o2 = sigmoid(w[6] * h1 + w[7] * h2 + B2);
    double d1 = (o1 - t1) * o1 * (1.0 - o1), d2 = (o2 - t2) * o2 * (1.0 - o2);
    double e1 = (d1 * w[4] + d2 * w[6]) * h1 * (1.0 - h1), e2 = (d1 * w[5] + d2 * w[7]) * h2 * (1.0 - h2);
    g[0] = e1 * i1; g[1] = e1 * i2; g[2] = e2 * i1; g[3] = e2 * i2;
    g[4] = d1 * h1; g[5] = d1 * h2; g[6] = d2 * h1; g[7] = d2 * h2;
    return 0.5 * (t1 - o1) * (t1 - o1) + 0.5 * (t2 - o2) * (t2 - o2);
}

double note_round(double *w) {
    double g[8], error = gradient(w, POINT[0], POINT[1], POINT[2], POINT[3], g);
    for (int i = 0; i < 8; i++) w[i] -= RATE * g[i];
    return error;
}

void note_rounds(double *w, long times) {
    double here[8];
    memcpy(here, w, sizeof here);
    while (times-- > 0) note_round(here);
    memcpy(w, here, sizeof here);
}

/* The error and its gradient for each of some rows of inputs and targets: nine columns, one after the other. */
void note_rows(const double *restrict w, const double *restrict in, double *restrict out, long rows) {
    for (long row = 0; row < rows; row++) {
        double g[8];
        out[row] = gradient(w, in[row], in[rows + row], in[2 * rows + row], in[3 * rows + row], g);
        for (int i = 0; i < 8; i++) out[(i + 1) * rows + row] = g[i];
    }
}

void note_sums(const double *restrict w, const double *restrict in, double *restrict out, long rows) {
    double sum[9] = {0.0};
    for (long row = 0; row < rows; row++) {
        double g[8];
        sum[0] += gradient(w, in[row], in[rows + row], in[2 * rows + row], in[3 * rows + row], g);
        for (int i = 0; i < 8; i++) sum[i + 1] += g[i];
    }
    memcpy(out, sum, sizeof sum);
}

double rosenbrock(const double *x, double *g) {
    double a = 1.0 - x[0], b = x[1] - x[0] * x[0];
    g[0] = -2.0 * a - 400.0 * b * x[0];
    g[1] = 200.0 * b;
    return a * a + 100.0 * b * b;
}

double wave(const double *x, double *g) {
    double e = exp(-x[0] * x[0]), s = sin(x[0] * x[1]), c = cos(x[0] * x[1]);
    g[0] = e * (x[1] * c - 2.0 * x[0] * s);
    g[1] = e * x[0] * c;
    return e * s;
}

/* Iterations of the moons demo. Weights are copied so that they lie side by side for all neurons of a layer. */
enum { N = 16, FIRST = 3 * N, SECOND = FIRST + 17 * N, ALL = SECOND + 17 };

static void iteration(double *restrict p, const double (*restrict x)[2], const double *restrict y, long points, double rate) {
    double g[ALL] = {0.0}, w1[3][N], w2[N + 1][N], g1[3][N] = {{0.0}}, g2[N + 1][N] = {{0.0}};
    for (int j = 0; j < N; j++) {
        for (int i = 0; i < 3; i++) w1[i][j] = p[3 * j + i];
        for (int i = 0; i <= N; i++) w2[i][j] = p[FIRST + 17 * j + i];
    }
    const double *w3 = p + SECOND;
    for (long k = 0; k < points; k++) {
        double h1[N], h2[N], d1[N] = {0.0}, d2[N], score = w3[N];
        for (int j = 0; j < N; j++) h1[j] = fmax(x[k][0] * w1[0][j] + x[k][1] * w1[1][j] + w1[2][j], 0.0);
        memcpy(h2, w2[N], sizeof h2);
        for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) h2[j] += h1[i] * w2[i][j];
        for (int j = 0; j < N; j++) h2[j] = h2[j] > 0.0 ? h2[j] : 0.0;
        for (int j = 0; j < N; j++) score += h2[j] * w3[j];
        if (1.0 - y[k] * score <= 0.0) continue;
        double d = -y[k] / (double)points;
        for (int j = 0; j < N; j++) {
            g[SECOND + j] += d * h2[j];
            d2[j] = h2[j] > 0.0 ? d * w3[j] : 0.0;
            g2[N][j] += d2[j];
        }
        g[SECOND + N] += d;
        for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) g2[i][j] += h1[i] * d2[j];
        for (int j = 0; j < N; j++) for (int i = 0; i < N; i++) d1[i] += d2[j] * p[FIRST + 17 * j + i];
        for (int j = 0; j < N; j++) {
            d1[j] = h1[j] > 0.0 ? d1[j] : 0.0;
            g1[0][j] += x[k][0] * d1[j];
            g1[1][j] += x[k][1] * d1[j];
            g1[2][j] += d1[j];
        }
    }
    for (int j = 0; j < N; j++) {
        for (int i = 0; i < 3; i++) g[3 * j + i] = g1[i][j];
        for (int i = 0; i <= N; i++) g[FIRST + 17 * j + i] = g2[i][j];
    }
    for (int i = 0; i < ALL; i++) p[i] -= rate * (g[i] + 2e-4 * p[i]);
}

void moons_iterations(double *p, const double (*x)[2], const double *y, long points, long times) {
    for (long k = 0; k < times; k++) iteration(p, x, y, points, 1.0 - 0.9 * (double)k / 100.0);
}

/* A tape: a step computes v[first + k] from v[x] and v[y], and its partials, which the way back needs. */
enum { ADD, SUB, MUL, DIV, NEG, RELU, SQUARE, CUBE };
typedef struct { int op, x, y; } Step;
typedef struct { double by_x, by_y; } Partials;

double replay(const Step *steps, long count, long first, double *v, double *d, Partials *partials) {
    for (long k = 0; k < count; k++) {
        double x = v[steps[k].x], y = v[steps[k].y], z, by_x = 1.0, by_y = 0.0;
        switch (steps[k].op) {
        case ADD: z = x + y; by_y = 1.0; break;
        case SUB: z = x - y; by_y = -1.0; break;
        case MUL: z = x * y; by_x = y; by_y = x; break;
        case DIV: z = x / y; by_x = 1.0 / y; by_y = -z / y; break;
        case NEG: z = -x; by_x = -1.0; break;
        case RELU: z = x > 0.0 ? x : 0.0; by_x = x > 0.0; break;
        case SQUARE: z = x * x; by_x = 2.0 * x; break;
        default: z = x * x * x; by_x = 3.0 * x * x;
        }
        v[first + k] = z;
        partials[k] = (Partials){by_x, by_y};
    }
    memset(d, 0, (size_t)(first + count) * sizeof(double));
    d[first + count - 1] = 1.0;
    for (long k = count - 1; k >= 0; k--) {
        double seed = d[first + k];
        d[steps[k].x] += seed * partials[k].by_x;
        d[steps[k].y] += seed * partials[k].by_y;
    }
    return v[first + count - 1];
}
