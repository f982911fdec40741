/* The hot paths of the engine in C: the record of node.py, the operators of value.py, common rows, backward and freeing.

   The Python files say what is computed; this says the same, to the last bit and in the same order, and so is compiled with
   -ffp-contract=off. It decides only where operands, result and partials are exact floats, neither inf nor nan. For all else
   (errors, limits, other kinds of number, hooks) it calls the Python that it stands in for. What it knows of the rows of the
   table is in _core_rows.h, which is made from the table: see tests/core_rows.py.

   Read on in this order: the node, making and freeing; operators; functions; sums; the slots as Python sees them; backward. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <structmember.h>

#ifndef SOURCE
#define SOURCE 0   /* the checksum of this file and of the header: see setup.py and core.py */
#endif

#ifdef _MSC_VER
#define PER_THREAD __declspec(thread)
#else
#define PER_THREAD __thread
#endif

typedef struct Node Node;
typedef struct { Node *parent; double partial; } Edge;

/* What few nodes have. */
typedef struct {
    PyObject *given;           /* all arguments, as a tuple, where these are not just the parents or one and a constant */
    PyObject *answers;         /* see questions.py */
    PyObject *grad, *d_left, *d_right, *many;   /* what Python put into these slots, if it is odd: not made of plain floats */
    int borrowed;              /* whether the parents below are kept alive by `given`, instead of by their edges */
    Py_ssize_t count;
    Edge edges[];              /* those of an operation on sequences or on more than two; they come before left */
} Extra;

struct Node {
    PyObject_HEAD
    double adjoint;            /* for a pass's own use; while it waits to be freed, a link to the next one */
    Node *left, *right;        /* the arguments that are nodes, and the partials by them */
    double d_left, d_right;    /* without right, d_right may be the constant that flags tell of */
    Extra *extra;
    uint64_t mark;             /* the last pass that came by */
    uint32_t flags, place;     /* place: in `alive` */
    double data, grad;
    PyObject *op, *label;      /* NULL for none, and for "" */
    PyObject *dict, *weakrefs;
};
enum { HAS_GRAD = 1, CONSTANT_SECOND = 2, CONSTANT_FIRST = 4,
       ODD = 8, OWN_SLOTS = 16 };   /* one of extra's odd slots is taken; the class has its own `grad` or `label` */
/* `data` until it is set: a nan, left to Python */
static const union { uint64_t bits; double x; } unset = {0x7ff8756e73657400};

typedef struct { PyObject_HEAD int code; } Row;   /* the base of Primitive: its place among the rows that C knows */

#include "_core_rows.h"

static PyTypeObject *RecordType, *RowType, *ValueType;
static PyObject *replaced;   /* {name: function} of Python's Value, where C stands in: core.in_python */
static PyObject *unary, *real, *total, *watchers, *show, *hooked;
#define ROW(name, ...) *row_##name,
static PyObject *row_add, *row_subtract, *row_multiply, *row_divide, *row_negative, *row_power, *row_weighted_sum, *row_total,
    FUNCTIONS(ROW) HELPERS(ROW) OF_TWO(ROW) *row_half_squared_error;
#undef ROW
static PyObject *zero, *no_text, *s_data, *s_grad, *s_label, *s_call, *s_of_neuron[4], *usual_grad, *usual_label;

/* --- nodes: made and freed --- */

enum { POOL = 8192 };   /* so many freed nodes are kept, to be used again */

/* Until something could lead from a node back to itself, the garbage collector sees no node: they are listed in `alive`. */
static struct { Node **nodes; size_t count, room; int ended; } alive;

static void show_to_collector(void) {
    if (alive.ended) return;
    alive.ended = 1;
    for (size_t i = 0; i < alive.count; i++) {
        PyObject *v = (PyObject *)alive.nodes[i];
        if (!PyObject_GC_IsTracked(v)) PyObject_GC_Track(v);
    }
    PyMem_RawFree(alive.nodes);
    alive.nodes = NULL;
}

static int enlist(Node *v) {
    if (alive.count == alive.room) {
        size_t room = 2 * alive.room + 1024;
        Node **nodes = room < UINT32_MAX ? PyMem_RawRealloc(alive.nodes, room * sizeof(Node *)) : NULL;
        if (!nodes) return -1;
        alive.nodes = nodes;
        alive.room = room;
    }
    v->place = (uint32_t)alive.count;
    alive.nodes[alive.count++] = v;
    return 0;
}

static inline void unlist(Node *v) {   /* harmless a second time */
    if (v->place >= alive.count || alive.nodes[v->place] != v) return;
    Node *last = alive.nodes[--alive.count];
    last->place = v->place;
    alive.nodes[v->place] = last;
    if (alive.count < alive.room / 4 && alive.room > POOL) {   /* give room back */
        Node **nodes = PyMem_RawRealloc(alive.nodes, alive.room / 2 * sizeof(Node *));
        if (nodes) { alive.nodes = nodes; alive.room /= 2; }
    }
}

static Node *pool[POOL];
static int pooled;

static inline void blank(Node *v) {
    memset((char *)v + offsetof(Node, adjoint), 0, sizeof(Node) - offsetof(Node, adjoint));
}

static inline Node *new_node(void) {
    Node *v;
    if (pooled) {
        v = pool[--pooled];
        PyObject_Init((PyObject *)v, ValueType);
    } else if (!(v = PyObject_GC_New(Node, ValueType))) return NULL;
    blank(v);
    if (!alive.ended && enlist(v)) {   /* what is not listed must be seen */
        show_to_collector();
    }
    if (alive.ended) PyObject_GC_Track(v);
    return v;
}

static void free_extra(Extra *x) {
    if (!x) return;
    if (!x->borrowed) for (Py_ssize_t i = 0; i < x->count; i++) Py_DECREF(x->edges[i].parent);
    PyObject *held[] = {x->given, x->answers, x->grad, x->d_left, x->d_right, x->many};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(held); i++) Py_XDECREF(held[i]);
    PyMem_Free(x);
}

static void free_node(Node *v) {
    PyTypeObject *type = Py_TYPE(v);
    Py_XDECREF(v->left);
    Py_XDECREF(v->right);
    free_extra(v->extra);
    Py_XDECREF(v->op);
    Py_XDECREF(v->label);
    Py_XDECREF(v->dict);
    if (type == ValueType && pooled < POOL) pool[pooled++] = v;
    else type->tp_free(v);
    Py_DECREF(type);
}

/* A chain of a million is freed in a loop. Python's own trashcan would go hundreds deep before it takes over. */
static PER_THREAD Node *waiting;   /* linked by `adjoint` */
static PER_THREAD int freeing;

static void node_dealloc(Node *v) {
    if (!alive.ended) unlist(v);
    if (alive.ended || Py_TYPE(v) != ValueType) PyObject_GC_UnTrack(v);
    if (v->weakrefs) PyObject_ClearWeakRefs((PyObject *)v);
    memcpy(&v->adjoint, &waiting, sizeof waiting);
    waiting = v;
    if (freeing) return;
    freeing = 1;
    while ((v = waiting)) {
        memcpy(&waiting, &v->adjoint, sizeof waiting);
        free_node(v);
    }
    freeing = 0;
}

static int node_traverse(Node *v, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(v));
    Py_VISIT(v->left);
    Py_VISIT(v->right);
    Py_VISIT(v->op);
    Py_VISIT(v->label);
    Py_VISIT(v->dict);
    if (v->extra) {
        Extra *x = v->extra;
        if (!x->borrowed) for (Py_ssize_t i = 0; i < x->count; i++) Py_VISIT(x->edges[i].parent);
        PyObject *held[] = {x->given, x->answers, x->grad, x->d_left, x->d_right, x->many};
        for (size_t i = 0; i < Py_ARRAY_LENGTH(held); i++) Py_VISIT(held[i]);
    }
    return 0;
}

static int node_clear(Node *v) {
    Extra *x = v->extra;
    v->extra = NULL;
    v->flags &= ~ODD;
    free_extra(x);
    Py_CLEAR(v->left);
    Py_CLEAR(v->right);
    Py_CLEAR(v->dict);
    Py_CLEAR(v->label);
    return 0;
}

static void note_class(Node *v) {   /* of an instance of a subclass, which may have slots of its own */
    PyObject *grad = PyObject_GetAttr((PyObject *)Py_TYPE(v), s_grad);
    if (!grad) PyErr_Clear();
    PyObject *label = PyObject_GetAttr((PyObject *)Py_TYPE(v), s_label);
    if (!label) PyErr_Clear();
    v->flags = grad == usual_grad && label == usual_label ? v->flags & ~OWN_SLOTS : v->flags | OWN_SLOTS;
    Py_XDECREF(grad);
    Py_XDECREF(label);
    show_to_collector();
}

static PyObject *record_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    Node *v = type == ValueType ? new_node() : (Node *)type->tp_alloc(type, 0);
    if (!v) return NULL;
    v->data = unset.x;
    if (type != ValueType) note_class(v);
    return (PyObject *)v;
}

static inline int shown(Node *v) {   /* to those who watch; -1 with an error */
    if (!PyList_GET_SIZE(watchers)) return 0;
    PyObject *done = PyObject_CallOneArg(show, (PyObject *)v);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

static PyObject *seen(Node *v) {   /* a new node, if nobody who watches objects */
    if (v && shown(v)) Py_CLEAR(v);
    return (PyObject *)v;
}

static inline PyObject *made(double data, PyObject *op, PyObject *left, double d_left, PyObject *right, double d_right,
    uint32_t flags) {
    Node *v = new_node();
    if (!v) return NULL;
    v->data = data;
    v->op = Py_NewRef(op);
    v->left = (Node *)Py_NewRef(left);
    v->d_left = d_left;
    v->right = (Node *)Py_XNewRef(right);
    v->d_right = d_right;
    v->flags = flags;
    return seen(v);
}

/* --- operators --- */

#define IS_VALUE(o) Py_IS_TYPE(o, ValueType)
#define DATA(o) (((Node *)(o))->data)

static inline int is_plain(PyObject *o, double *c) {   /* a finite float or int */
    if (PyFloat_CheckExact(o)) *c = PyFloat_AS_DOUBLE(o);
    else if (PyLong_CheckExact(o)) {
        *c = PyLong_AsDouble(o);
        if (*c == -1.0 && PyErr_Occurred()) { PyErr_Clear(); return 0; }
    } else return 0;
    return isfinite(*c);
}

/* Call the method of Python's Value that C stands in for: `a op b` if a is a Value, else the reflected one. */
static PyObject *in_python(const char *name, const char *reflected, PyObject *a, PyObject *b) {
    int first = PyObject_TypeCheck(a, ValueType);
    PyObject *method = PyDict_GetItemString(replaced, first ? name : reflected);
    return first ? PyObject_CallFunctionObjArgs(method, a, b, NULL) : PyObject_CallFunctionObjArgs(method, b, a, NULL);
}

/* z = x sign y, with the partials d by x and e by y, of which one may be a constant. */
#define OPERATOR(name, method, reflected, sign, d, e) \
static PyObject *value_##name(PyObject *a, PyObject *b) { \
    double x, y, z; \
    int first = IS_VALUE(a), second = IS_VALUE(b); \
    if (first) x = DATA(a); else if (!is_plain(a, &x)) goto python; \
    if (second) y = DATA(b); else if (!is_plain(b, &y)) goto python; \
    if (!isfinite(z = x sign y) || !(first || second)) goto python; \
    if (first && second) return made(z, row_##name, a, d, b, e, 0); \
    return first ? made(z, row_##name, a, d, NULL, y, CONSTANT_SECOND) : made(z, row_##name, b, e, NULL, x, CONSTANT_FIRST); \
python: \
    return in_python(method, reflected, a, b); \
}
OPERATOR(add, "__add__", "__radd__", +, 1.0, 1.0)
OPERATOR(subtract, "__sub__", "__rsub__", -, 1.0, -1.0)
OPERATOR(multiply, "__mul__", "__rmul__", *, y, x)

static PyObject *value_divide(PyObject *a, PyObject *b) {
    double c, y, z, d, e;
    if (IS_VALUE(b)) {
        y = DATA(b);
        if (IS_VALUE(a)) {
            z = DATA(a) / y, d = 1.0 / y, e = -z / y;
            if (isfinite(z) && isfinite(d) && isfinite(e)) return made(z, row_divide, a, d, b, e, 0);
        } else if (is_plain(a, &c)) {
            z = c / y, e = -z / y;
            if (isfinite(z) && isfinite(e)) return made(z, row_divide, b, e, NULL, c, CONSTANT_FIRST);
        }
    } else if (IS_VALUE(a) && is_plain(b, &c)) {
        z = DATA(a) / c, d = 1.0 / c;
        if (isfinite(z) && isfinite(d)) return made(z, row_divide, a, d, NULL, c, CONSTANT_SECOND);
    }
    return in_python("__truediv__", "__rtruediv__", a, b);
}

static PyObject *value_power(PyObject *a, PyObject *b, PyObject *modulus) {   /* the usual case of powers.power_slope */
    double y;
    if (modulus == Py_None && IS_VALUE(a) && is_plain(b, &y) && 0.5 <= y && y <= 0x1p53) {
        double x = DATA(a), z = pow(x, y), below = y == 2.0 ? x : pow(x, y - 1.0), d = y * below;
        if (isfinite(z) && isfinite(d) && fabs(below) > 1e-300) return made(z, row_power, a, d, NULL, y, CONSTANT_SECOND);
    }
    if (modulus != Py_None) {   /* which Python refuses */
        if (!PyObject_TypeCheck(a, ValueType)) Py_RETURN_NOTIMPLEMENTED;
        return PyObject_CallFunctionObjArgs(PyDict_GetItemString(replaced, "__pow__"), a, b, modulus, NULL);
    }
    return in_python("__pow__", "__rpow__", a, b);
}

static PyObject *value_negative(PyObject *a) {
    if (IS_VALUE(a) && isfinite(DATA(a))) return made(-DATA(a), row_negative, a, -1.0, NULL, 0.0, 0);
    return PyObject_CallOneArg(PyDict_GetItemString(replaced, "__neg__"), a);
}

/* --- functions: rows of one or two numbers --- */

/* a row of the table that C does not know; one that is not of the table, and may hold nodes */
enum { IN_PYTHON = -1, NO_CODE,
#define ROW(name, ...) CODE_##name,
FUNCTIONS(ROW) HELPERS(ROW) OF_TWO(ROW)
#undef ROW
CODE_weighted_sum, CODE_total, CODE_half_squared_error };

#define ROW(name, value, partial) \
static PyObject *apply_##name(PyObject *a, PyObject *unused) { \
    if (IS_VALUE(a)) { \
        double x = DATA(a), z = value, d = partial; \
        if (isfinite(x) && isfinite(z) && isfinite(d)) return made(z, row_##name, a, d, NULL, 0.0, 0); \
    } \
    return PyObject_CallFunctionObjArgs(unary, row_##name, a, NULL); \
}
FUNCTIONS(ROW) HELPERS(ROW)
#undef ROW

#define ROW(name, value, partial, other) \
static PyObject *apply_##name(PyObject *a, PyObject *b) { \
    double x, y; \
    int first = IS_VALUE(a), second = IS_VALUE(b); \
    if (first) x = DATA(a); else if (!is_plain(a, &x)) return NULL; \
    if (second) y = DATA(b); else if (!is_plain(b, &y)) return NULL; \
    if (!(first || second) || !isfinite(x) || !isfinite(y)) return NULL; \
    double z = value, d = partial, e = other; \
    if (!isfinite(z) || !isfinite(d) || !isfinite(e)) return NULL; \
    if (first && second) return made(z, row_##name, a, d, b, e, 0); \
    return first ? made(z, row_##name, a, d, NULL, y, CONSTANT_SECOND) : made(z, row_##name, b, e, NULL, x, CONSTANT_FIRST); \
}
OF_TWO(ROW)
#undef ROW

/* --- sums, rounded once: operations on sequences --- */

enum { UNDECIDED, DECIDED, NOT_FINITE };

static inline double two_sum(double a, double b, double *lost) {   /* a + b, and exactly what rounding took: Knuth */
    double sum = a + b, b_part = sum - a;
    *lost = (a - (sum - b_part)) + (b - b_part);
    return sum;
}

/* The sum rounded once, as math.fsum: unless what is left of twice the precision leaves two roundings possible. */
static int summed(const double *terms, Py_ssize_t count, double *z) {
    double sum = 0.0, rest = 0.0, beyond = 0.0, lost;
    for (Py_ssize_t i = 0; i < count; i++) {
        sum = two_sum(sum, terms[i], &lost);
        rest = two_sum(rest, lost, &lost);
        beyond += fabs(lost);
    }
    if (!isfinite(sum) || !isfinite(rest)) return NOT_FINITE;
    *z = sum + rest;
    double most = 2.0 * beyond + fabs(rest) * 0x1p-52;   /* of beyond, and of rounding rest + most */
    return beyond == 0.0 || (sum + (rest + most) == *z && sum + (rest - most) == *z) ? DECIDED : UNDECIDED;
}

static PyObject *as_floats(const double *numbers, Py_ssize_t count) {
    PyObject *list = PyList_New(count);
    for (Py_ssize_t i = 0; list && i < count; i++) {
        PyObject *x = PyFloat_FromDouble(numbers[i]);
        if (!x) Py_CLEAR(list);
        else PyList_SET_ITEM(list, i, x);
    }
    return list;
}

static int sum_of(const double *terms, Py_ssize_t count, double *z) {   /* 0 if Python must do all; -1 with an error */
    int found = summed(terms, count, z);
    if (found != UNDECIDED) return found == DECIDED;
    PyObject *list = as_floats(terms, count), *sum = list ? PyObject_CallOneArg(total, list) : NULL;
    Py_XDECREF(list);
    if (!sum) return -1;
    *z = PyFloat_AsDouble(sum);
    Py_DECREF(sum);
    return 1;
}

static inline int is_sequence(PyObject *o) { return PyList_CheckExact(o) || PyTuple_CheckExact(o); }

static inline PyObject *as_tuple(PyObject *o) { return PyTuple_CheckExact(o) ? Py_NewRef(o) : PyList_AsTuple(o); }

/* What a tuple holds: Values alone, floats alone, or anything else. */
enum { OTHERS, VALUES, FLOATS };
static int kind_of(PyObject *items) {
    Py_ssize_t count = PyTuple_GET_SIZE(items), i = 0;
    if (count && IS_VALUE(PyTuple_GET_ITEM(items, 0))) {
        while (i < count && IS_VALUE(PyTuple_GET_ITEM(items, i))) i++;
        return i == count ? VALUES : OTHERS;
    }
    while (i < count && PyFloat_CheckExact(PyTuple_GET_ITEM(items, i))) i++;
    return count && i == count ? FLOATS : OTHERS;
}

static inline double number_at(PyObject *items, int kind, Py_ssize_t i) {
    return kind == VALUES ? DATA(PyTuple_GET_ITEM(items, i)) : PyFloat_AS_DOUBLE(PyTuple_GET_ITEM(items, i));
}

typedef struct { Extra *extra; double *terms, few[40]; } Work;   /* to build a node of many arguments in */

static int begin(Work *w, Py_ssize_t edges, Py_ssize_t terms) {
    w->terms = terms <= 40 ? w->few : PyMem_Malloc(terms * sizeof(double));
    w->extra = w->terms ? PyMem_Malloc(sizeof(Extra) + edges * sizeof(Edge)) : NULL;
    if (!w->extra) { if (w->terms && w->terms != w->few) PyMem_Free(w->terms); PyErr_NoMemory(); return -1; }
    memset(w->extra, 0, sizeof(Extra));
    w->extra->borrowed = 1;
    return 0;
}

static inline void edge(Work *w, PyObject *parent, double partial) {
    w->extra->edges[w->extra->count++] = (Edge){(Node *)parent, partial};
}

/* Return the node whose value is the sum of terms; NULL without an error if Python must make it. `given` is its own. */
static PyObject *end(Work *w, PyObject *op, Py_ssize_t terms, PyObject *given) {
    double z;
    int done = sum_of(w->terms, terms, &z);
    if (w->terms != w->few) PyMem_Free(w->terms);
    Node *v = done == 1 ? new_node() : NULL;
    if (!v) {
        PyMem_Free(w->extra);
        Py_DECREF(given);
        return NULL;
    }
    w->extra->given = given;
    v->extra = w->extra;
    v->data = z;
    v->op = Py_NewRef(op);
    return seen(v);
}

static PyObject *packed(PyObject *a, PyObject *b, PyObject *c) {   /* a tuple, of its own a and b; c may be NULL */
    PyObject *tuple = !a || !b ? NULL : c ? PyTuple_Pack(3, a, b, c) : PyTuple_Pack(2, a, b);
    Py_XDECREF(a);
    Py_XDECREF(b);
    return tuple;
}

/* Sequences as a tuple of tuples, which no other code can change meanwhile; NULL without an error if these are none. */
static PyObject *held(PyObject *a, PyObject *b, PyObject *c) {
    if (!is_sequence(a) || (b && !is_sequence(b))) return NULL;
    if (b) return packed(as_tuple(a), as_tuple(b), c);
    PyObject *tuple = as_tuple(a), *given = tuple ? PyTuple_Pack(1, tuple) : NULL;
    Py_XDECREF(tuple);
    return given;
}

static PyObject *left_to_python(PyObject *given) {
    Py_XDECREF(given);
    return NULL;
}

/* The three below return NULL without an error where Python must do it. */
static PyObject *weighted_sum(PyObject *weights, PyObject *inputs, PyObject *bias) {
    PyObject *given = IS_VALUE(bias) ? held(weights, inputs, bias) : NULL;
    if (!given) return NULL;
    PyObject *ws = PyTuple_GET_ITEM(given, 0), *xs = PyTuple_GET_ITEM(given, 1);
    Py_ssize_t count = PyTuple_GET_SIZE(ws);
    int kind = kind_of(xs);
    Work w;
    if (PyTuple_GET_SIZE(xs) != count || kind_of(ws) != VALUES || kind == OTHERS || begin(&w, 2 * count + 1, count + 1))
        return left_to_python(given);
    for (Py_ssize_t i = 0; i < count; i++) {
        double x = number_at(xs, kind, i);
        w.terms[i] = number_at(ws, VALUES, i) * x;
        edge(&w, PyTuple_GET_ITEM(ws, i), x);
    }
    if (kind == VALUES) for (Py_ssize_t i = 0; i < count; i++) edge(&w, PyTuple_GET_ITEM(xs, i), number_at(ws, VALUES, i));
    w.terms[count] = DATA(bias);
    edge(&w, bias, 1.0);
    return end(&w, row_weighted_sum, count + 1, given);
}

static PyObject *total_of(PyObject *values) {
    PyObject *given = held(values, NULL, NULL);
    if (!given) return NULL;
    PyObject *items = PyTuple_GET_ITEM(given, 0);
    Py_ssize_t count = PyTuple_GET_SIZE(items);
    Work w;
    if (kind_of(items) != VALUES || begin(&w, count, count)) return left_to_python(given);
    for (Py_ssize_t i = 0; i < count; i++) {
        w.terms[i] = number_at(items, VALUES, i);
        edge(&w, PyTuple_GET_ITEM(items, i), 1.0);
    }
    return end(&w, row_total, count, given);
}

static PyObject *half_squared_error(PyObject *targets, PyObject *outputs) {
    if (IS_VALUE(outputs) && (IS_VALUE(targets) || PyFloat_CheckExact(targets))) {
        double t = IS_VALUE(targets) ? DATA(targets) : PyFloat_AS_DOUBLE(targets), o = DATA(outputs);
        double z = 0.5 * (t - o) * (t - o);
        if (!isfinite(z)) return NULL;
        if (IS_VALUE(targets)) return made(z, row_half_squared_error, targets, t - o, outputs, o - t, 0);
        return made(z, row_half_squared_error, outputs, o - t, NULL, t, CONSTANT_FIRST);
    }
    PyObject *given = held(targets, outputs, NULL);
    if (!given) return NULL;
    PyObject *ts = PyTuple_GET_ITEM(given, 0), *os = PyTuple_GET_ITEM(given, 1);
    Py_ssize_t count = PyTuple_GET_SIZE(os);
    int kind = kind_of(ts);
    Work w;
    if (PyTuple_GET_SIZE(ts) != count || kind_of(os) != VALUES || kind == OTHERS || begin(&w, 2 * count, count))
        return left_to_python(given);
    for (Py_ssize_t i = 0; i < count; i++) {
        double e = number_at(ts, kind, i) - number_at(os, VALUES, i);
        w.terms[i] = 0.5 * e * e;
        if (kind == VALUES) edge(&w, PyTuple_GET_ITEM(ts, i), e);
    }
    for (Py_ssize_t i = 0; i < count; i++) edge(&w, PyTuple_GET_ITEM(os, i), number_at(os, VALUES, i) - number_at(ts, kind, i));
    return end(&w, row_half_squared_error, count, given);
}

/* --- a row is called --- */

static PyObject *row_call(PyObject *row, PyObject *args, PyObject *kwargs) {
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    PyObject **a = ((PyTupleObject *)args)->ob_item, *z = NULL;
    if (!kwargs) switch (((Row *)row)->code) {
#define ROW(name, value, ...) case CODE_##name: \
            if (count == 1 && IS_VALUE(a[0])) return apply_##name(a[0], NULL); \
            if (count == 1 && PyFloat_CheckExact(a[0])) { \
                double x = PyFloat_AS_DOUBLE(a[0]), y = value; \
                if (isfinite(x) && isfinite(y)) return PyFloat_FromDouble(y); \
            } \
            break;
        FUNCTIONS(ROW) HELPERS(ROW)
#undef ROW
#define ROW(name, ...) case CODE_##name: if (count == 2) z = apply_##name(a[0], a[1]); break;
        OF_TWO(ROW)
#undef ROW
        case CODE_weighted_sum: if (count == 3) z = weighted_sum(a[0], a[1], a[2]); break;
        case CODE_total: if (count == 1) z = total_of(a[0]); break;
        case CODE_half_squared_error: if (count == 2) z = half_squared_error(a[0], a[1]); break;
    }
    if (z || PyErr_Occurred()) return z;
    PyObject *call = PyObject_GetAttr(row, s_call);
    if (call) z = PyObject_Call(call, args, kwargs);
    Py_XDECREF(call);
    return z;
}

/* weighted_sum(weights, inputs, bias=0.0), as in applying.py. */
static PyObject *weighted_sum_function(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *names) {
    PyObject *z = count == 3 && !names ? weighted_sum(args[0], args[1], args[2]) : NULL;
    if (z || PyErr_Occurred()) return z;
    return PyObject_Vectorcall(PyDict_GetItemString(replaced, "weighted_sum"), args, count, names);
}

static void row_dealloc(PyObject *row) {
    PyTypeObject *type = Py_TYPE(row);
    type->tp_free(row);
    Py_DECREF(type);
}
static PyType_Slot row_slots[] = {
    {Py_tp_doc, "What a row of the table is for C: something that is called."},
    {Py_tp_call, row_call}, {Py_tp_dealloc, row_dealloc},
    {0, NULL}};
static PyType_Spec row_spec = {
    "autograd.engine._core.Row", sizeof(Row), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, row_slots};

/* layer(neurons, inputs, Neuron), as in nn/layers.py: both nodes of each neuron that is of this very class and has no label. */
static PyObject *neuron_called(PyObject *neuron, PyObject *inputs, PyTypeObject *usual) {
    PyObject *parts[4] = {NULL}, *net = NULL, *out = NULL;   /* weights, bias, label, _activate */
    if (Py_IS_TYPE(neuron, usual)) {
        int found = 1;
        for (int i = 0; i < 4 && found; i++) found = (parts[i] = PyObject_GetAttr(neuron, s_of_neuron[i])) != NULL;
        if (!found) PyErr_Clear();   /* Python will say it better */
        else if (PyUnicode_CheckExact(parts[2]) && PyUnicode_GET_LENGTH(parts[2]) == 0)
            net = weighted_sum(parts[0], inputs, parts[1]);
        if (net) out = parts[3] == Py_None ? Py_NewRef(net) : PyObject_CallOneArg(parts[3], net);
        for (int i = 0; i < 4; i++) Py_XDECREF(parts[i]);
    }
    if (!net) return PyErr_Occurred() ? NULL : PyObject_CallOneArg(neuron, inputs);
    Py_DECREF(net);
    return out;
}

static PyObject *layer(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count != 3 || !PyType_Check(args[2])) {
        PyErr_SetString(PyExc_TypeError, "layer takes neurons, their inputs, and the usual class");
        return NULL;
    }
    PyObject *outs = PySequence_List(args[0]);   /* the neurons, each of which then makes room for what it returns */
    for (Py_ssize_t i = 0; outs && i < PyList_GET_SIZE(outs); i++) {
        PyObject *out = neuron_called(PyList_GET_ITEM(outs, i), args[1], (PyTypeObject *)args[2]);
        if (!out || PyList_SetItem(outs, i, out)) Py_CLEAR(outs);
    }
    return outs;
}

/* --- the slots, as Python reads and writes them --- */

static PyObject *or_none(void *o) { return Py_NewRef(o ? (PyObject *)o : Py_None); }

static Extra *extra_of(Node *v) {
    if (v->extra) return v->extra;
    if ((v->extra = PyMem_Calloc(1, sizeof(Extra)))) return v->extra;
    return (Extra *)PyErr_NoMemory();
}

static void note_odd(Node *v) {
    Extra *e = v->extra;
    v->flags = e->grad || e->d_left || e->d_right || e->many ? v->flags | ODD : v->flags & ~ODD;
}

/* Keep an object, or none, in one of the odd slots; it takes the place of what was there. */
static int put_odd(Node *v, size_t slot, PyObject *x) {
    if (!x && !(v->flags & ODD)) return 0;
    if (!extra_of(v)) return -1;
    PyObject **place = (PyObject **)((char *)v->extra + slot), *before = *place;
    if (x && PyObject_IS_GC(x)) show_to_collector();
    *place = Py_XNewRef(x);
    note_odd(v);
    Py_XDECREF(before);
    return 0;
}

static int not_deleted(PyObject *x, const char *name) {
    if (!x) PyErr_Format(PyExc_AttributeError, "%s is part of a Value, and cannot be deleted", name);
    return x ? 0 : -1;
}

static PyObject *get__data(Node *v, void *closure) {
    if (isnan(v->data) && memcmp(&v->data, &unset, sizeof unset) == 0)
        return PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute '_data'", Py_TYPE(v)->tp_name);
    return PyFloat_FromDouble(v->data);
}

static int set__data(Node *v, PyObject *x, void *closure) {
    double data = not_deleted(x, "data") ? -1.0 : PyFloat_AsDouble(x);
    if (data == -1.0 && PyErr_Occurred()) return -1;
    v->data = data;
    return 0;
}

static int set_data(Node *v, PyObject *x, void *closure) {   /* any real number; errors are Python's */
    if (!x || PyFloat_CheckExact(x)) return set__data(v, x, NULL);
    PyObject *data = PyObject_CallFunctionObjArgs(real, x, s_data, NULL);
    int failed = data ? set__data(v, data, NULL) : -1;
    Py_XDECREF(data);
    return failed;
}

static PyObject *get_grad(Node *v, void *closure) {
    if (v->flags & ODD && v->extra->grad) return Py_NewRef(v->extra->grad);
    return v->flags & HAS_GRAD ? PyFloat_FromDouble(v->grad) : Py_NewRef(zero);
}

static int set_grad(Node *v, PyObject *x, void *closure) {
    if (not_deleted(x, "grad")) return -1;
    int is_float = PyFloat_CheckExact(x);
    if (is_float) v->grad = PyFloat_AS_DOUBLE(x);
    v->flags = is_float ? v->flags | HAS_GRAD : v->flags & ~HAS_GRAD;
    return put_odd(v, offsetof(Extra, grad), is_float || x == zero ? NULL : x);
}

static PyObject *get_label(Node *v, void *closure) { return Py_NewRef(v->label ? v->label : no_text); }

static int set_label(Node *v, PyObject *x, void *closure) {
    if (not_deleted(x, "label")) return -1;
    if (PyObject_IS_GC(x)) show_to_collector();
    PyObject *before = v->label;
    v->label = x == no_text ? NULL : Py_NewRef(x);
    Py_XDECREF(before);
    return 0;
}

static PyObject *get_op(Node *v, void *closure) { return or_none(v->op); }

static int set_op(Node *v, PyObject *x, void *closure) {
    if (not_deleted(x, "op")) return -1;
    if (x != Py_None && (!PyObject_TypeCheck(x, RowType) || ((Row *)x)->code == NO_CODE)) show_to_collector();
    PyObject *before = v->op;
    v->op = x == Py_None ? NULL : Py_NewRef(x);
    Py_XDECREF(before);
    return 0;
}

static PyObject *get__left(Node *v, void *closure) { return or_none(v->left); }
static PyObject *get__right(Node *v, void *closure) { return or_none(v->right); }

static int set_argument(Node **place, PyObject *x) {
    if (not_deleted(x, "an argument")) return -1;
    if (x != Py_None && !PyObject_TypeCheck(x, RecordType)) {
        PyErr_SetString(PyExc_TypeError, "an argument in the record is a node or None");
        return -1;
    }
    Node *before = *place;
    *place = x == Py_None ? NULL : (Node *)Py_NewRef(x);
    Py_XDECREF(before);
    return 0;
}
static int set__left(Node *v, PyObject *x, void *closure) { return set_argument(&v->left, x); }
static int set__right(Node *v, PyObject *x, void *closure) {
    if (v->flags & (CONSTANT_FIRST | CONSTANT_SECOND)) {   /* d_right is taken, unless there is no right */
        if (x == Py_None) return 0;
        PyErr_SetString(PyExc_TypeError, "an operation on one node and a constant has no second node");
        return -1;
    }
    return set_argument(&v->right, x);
}

static PyObject *get__d_left(Node *v, void *closure) {
    if (v->flags & ODD && v->extra->d_left) return Py_NewRef(v->extra->d_left);
    return PyFloat_FromDouble(v->d_left);
}
static PyObject *get__d_right(Node *v, void *closure) {
    if (v->flags & ODD && v->extra->d_right) return Py_NewRef(v->extra->d_right);
    return PyFloat_FromDouble(v->right ? v->d_right : 0.0);
}
static int set__d_left(Node *v, PyObject *x, void *closure) {
    if (not_deleted(x, "a partial")) return -1;
    if (!PyFloat_CheckExact(x)) return put_odd(v, offsetof(Extra, d_left), x);
    v->d_left = PyFloat_AS_DOUBLE(x);
    return put_odd(v, offsetof(Extra, d_left), NULL);
}
static int set__d_right(Node *v, PyObject *x, void *closure) {
    if (not_deleted(x, "a partial")) return -1;
    if (!PyFloat_CheckExact(x)) return put_odd(v, offsetof(Extra, d_right), x);
    if (v->right) v->d_right = PyFloat_AS_DOUBLE(x);
    return put_odd(v, offsetof(Extra, d_right), NULL);
}

static PyObject *get__given(Node *v, void *closure) {
    if (v->flags & (CONSTANT_FIRST | CONSTANT_SECOND)) {
        PyObject *c = PyFloat_FromDouble(v->d_right), *x = or_none(v->left);
        return v->flags & CONSTANT_FIRST ? packed(c, x, NULL) : packed(x, c, NULL);
    }
    return or_none(v->extra ? v->extra->given : NULL);
}

static int set__given(Node *v, PyObject *x, void *closure) {
    if (not_deleted(x, "an argument")) return -1;
    Extra *e = v->extra;
    if (e && e->borrowed) {
        for (Py_ssize_t i = 0; i < e->count; i++) Py_INCREF(e->edges[i].parent);
        e->borrowed = 0;
    }
    if (v->flags & (CONSTANT_FIRST | CONSTANT_SECOND)) v->d_right = 0.0;
    v->flags &= ~(CONSTANT_FIRST | CONSTANT_SECOND);
    if (x == Py_None && !e) return 0;
    /* with a constant: in the node */
    if (x != Py_None && PyTuple_CheckExact(x) && PyTuple_GET_SIZE(x) == 2 && v->left && !v->right && !e) {
        PyObject *a = PyTuple_GET_ITEM(x, 0), *b = PyTuple_GET_ITEM(x, 1);
        int second = a == (PyObject *)v->left && PyFloat_CheckExact(b);
        if (second || (b == (PyObject *)v->left && PyFloat_CheckExact(a))) {
            v->d_right = PyFloat_AS_DOUBLE(second ? b : a);
            v->flags |= second ? CONSTANT_SECOND : CONSTANT_FIRST;
            return 0;
        }
    }
    if (!(e = extra_of(v))) return -1;
    PyObject *before = e->given;
    e->given = x == Py_None ? NULL : Py_NewRef(x);
    Py_XDECREF(before);
    return 0;
}

static PyObject *get__many(Node *v, void *closure) {
    PyObject *parents = NULL, *partials = NULL;
    Extra *e;
    do {   /* to make a tuple may start a collection, and that any code */
        Py_XDECREF(parents);
        Py_XDECREF(partials);
        e = v->extra;
        if (e && e->many) return Py_NewRef(e->many);
        if (!e || !e->count) Py_RETURN_NONE;
        parents = PyTuple_New(e->count), partials = parents ? PyTuple_New(e->count) : NULL;
        if (!partials) return packed(parents, partials, NULL);
    } while (v->extra != e || PyTuple_GET_SIZE(parents) != e->count || PyTuple_GET_SIZE(partials) != e->count);
    for (Py_ssize_t i = 0; partials && i < e->count; i++) {
        PyTuple_SET_ITEM(parents, i, Py_NewRef(e->edges[i].parent));
        PyObject *d = PyFloat_FromDouble(e->edges[i].partial);
        if (!d) Py_CLEAR(partials);
        else PyTuple_SET_ITEM(partials, i, d);
    }
    return packed(parents, partials, NULL);
}

static int set__many(Node *v, PyObject *x, void *closure) {
    if (not_deleted(x, "an argument")) return -1;
    PyObject *parents = NULL, *partials = NULL;
    Py_ssize_t count = 0, i = 0;
    if (x != Py_None) {
        if (!PyTuple_CheckExact(x) || PyTuple_GET_SIZE(x) != 2) {
            PyErr_SetString(PyExc_TypeError, "parents and partials");
            return -1;
        }
        parents = PyTuple_GET_ITEM(x, 0), partials = PyTuple_GET_ITEM(x, 1);

                   int both = is_sequence(parents) && is_sequence(partials);
        if (both && PySequence_Fast_GET_SIZE(partials) == PySequence_Fast_GET_SIZE(parents))
            count = PySequence_Fast_GET_SIZE(parents);
        while (i < count && PyObject_TypeCheck(PySequence_Fast_GET_ITEM(parents, i), RecordType)
               && PyFloat_CheckExact(PySequence_Fast_GET_ITEM(partials, i))) i++;
    } else if (!v->extra) return 0;
    int odd = x != Py_None && (i < count || !count);
    if (odd) count = 0;
    Extra *before = v->extra, *e = PyMem_Malloc(sizeof(Extra) + count * sizeof(Edge));
    if (!e) { PyErr_NoMemory(); return -1; }
    if (before) *e = *before;
    else memset(e, 0, sizeof(Extra));
    e->many = odd ? Py_NewRef(x) : NULL;
    e->borrowed = 0;
    for (e->count = 0; e->count < count; e->count++) {
        PyObject *parent = Py_NewRef(PySequence_Fast_GET_ITEM(parents, e->count));
        e->edges[e->count] = (Edge){(Node *)parent, PyFloat_AS_DOUBLE(PySequence_Fast_GET_ITEM(partials, e->count))};
    }
    if (odd) show_to_collector();
    v->extra = e;
    note_odd(v);
    /* they have moved */
    if (before) before->given = before->answers = before->grad = before->d_left = before->d_right = NULL;
    free_extra(before);
    return 0;
}

static PyObject *get__answers(Node *v, void *closure) {
    if (v->extra && v->extra->answers) return Py_NewRef(v->extra->answers);
    PyErr_SetString(PyExc_AttributeError, "_answers");
    return NULL;
}
static int set__answers(Node *v, PyObject *x, void *closure) {
    if (!extra_of(v)) return -1;
    PyObject *before = v->extra->answers;
    v->extra->answers = Py_XNewRef(x);
    Py_XDECREF(before);
    return 0;
}

static PyObject *get_dict(PyObject *v, void *closure) {
    show_to_collector();   /* who has the attributes may put anything there */
    return PyObject_GenericGetDict(v, closure);
}
static int set_dict(PyObject *v, PyObject *dict, void *closure) {
    show_to_collector();
    if (dict) return PyObject_GenericSetDict(v, dict, closure);
    Py_CLEAR(((Node *)v)->dict);
    return 0;
}

static int node_setattro(PyObject *o, PyObject *name, PyObject *x) {
    Node *v = (Node *)o;
    PyTypeObject *type = Py_TYPE(o);
    if (x && type == ValueType) {   /* the two that programs set most are found first */
        if (name == s_data) return set_data(v, x, NULL);
        if (name == s_grad) return set_grad(v, x, NULL);
    }
    int failed = PyObject_GenericSetAttr(o, name, x);
    if (v->dict) show_to_collector();
    if (Py_TYPE(o) != type) note_class(v);
    return failed;
}

static PyObject *has_attributes(PyObject *v, PyObject *unused) {   /* without making the dict, as to look at it would */
    PyObject *dict = ((Node *)v)->dict;
    return PyBool_FromLong(dict && PyDict_GET_SIZE(dict));
}

static PyObject *node_sizeof(PyObject *o, PyObject *unused) {
    Extra *e = ((Node *)o)->extra;
    return PyLong_FromSize_t(Py_TYPE(o)->tp_basicsize + (e ? sizeof(Extra) + e->count * sizeof(Edge) : 0));
}

static PyObject *no_mark(Node *v, void *closure) { Py_RETURN_NONE; }   /* for Python's __init__: C has marks of its own */
static int set_no_mark(Node *v, PyObject *x, void *closure) { return 0; }

/* Call a function of Python's that C stands in for as a method. */
static PyObject *method_in_python(PyObject *function, PyObject *self, PyObject *args, PyObject *kwargs) {
    PyObject *method = function ? PyMethod_New(function, self) : NULL;
    PyObject *result = method ? PyObject_Call(method, args, kwargs) : NULL;
    Py_XDECREF(method);
    return result;
}

static int record_init(PyObject *self, PyObject *args, PyObject *kwargs) {
    Node *v = (Node *)self;
    int made_anew = memcmp(&v->data, &unset, sizeof unset) != 0;
    double data;
    int usual = !made_anew && !(v->flags & OWN_SLOTS);
    if (usual && !kwargs && PyTuple_GET_SIZE(args) == 1 && is_plain(PyTuple_GET_ITEM(args, 0), &data)) {
        v->data = data;
        return shown(v);
    }
    if (made_anew) show_to_collector();   /* from what was computed from it, it would lead back to itself */
    PyObject *init = PyObject_GetAttrString(PyDict_GetItemString(replaced, "Record"), "__init__");
    PyObject *done = method_in_python(init, self, args, kwargs);
    Py_XDECREF(init);
    Py_XDECREF(done);
    return done ? 0 : -1;
}

/* --- backward: the order and the chain rule --- */

typedef struct { Node **nodes; size_t count, room; } Stack;
static Stack stack, leaves, inner;   /* they keep their room from pass to pass, unless it is large */

static inline int push(Stack *s, Node *v) {
    if (s->count == s->room) {
        size_t room = 2 * s->room + 512;
        Node **nodes = PyMem_RawRealloc(s->nodes, room * sizeof(Node *));
        if (!nodes) return -1;
        s->nodes = nodes;
        s->room = room;
    }
    s->nodes[s->count++] = v;
    return 0;
}

/* Fill leaves and inner, as order in node.py; return the flags of all, or -1 without memory. */
static int find_order(Node *root) {
    static uint64_t passes;
    uint64_t here = ++passes;
    uint32_t flags = 0;
    int failed = 0;
    stack.count = leaves.count = inner.count = 0;
    failed |= push(&stack, root);
    while (stack.count && !failed) {
        Node *v = stack.nodes[--stack.count];
        if (!v) {   /* all arguments of the node below are in the order now */
            failed |= push(&inner, stack.nodes[--stack.count]);
            continue;
        }
        if (v->mark == here) continue;
        v->mark = here;
        v->adjoint = 0.0;
        flags |= v->flags;
        if (!v->op) { failed |= push(&leaves, v); continue; }
        failed |= push(&stack, v) | push(&stack, NULL);
        for (Py_ssize_t i = 0, count = v->extra ? v->extra->count : 0; i < count; i++) {
            Node *parent = v->extra->edges[i].parent;
            if (parent->mark == here) continue;
            if (parent->op) { failed |= push(&stack, parent); continue; }
            parent->mark = here;
            parent->adjoint = 0.0;
            flags |= parent->flags;
            failed |= push(&leaves, parent);
        }
        if (v->left) {
            if (v->left->mark != here) failed |= push(&stack, v->left);
            if (v->right && v->right->mark != here) failed |= push(&stack, v->right);
        }
    }
    return failed ? -1 : (int)flags;
}

static void pass_on(Node *root, double seed) {
    root->adjoint = seed;
    for (size_t k = inner.count; k-- > 0;) {
        Node *v = inner.nodes[k];
        double adjoint = v->adjoint;
        for (Py_ssize_t i = 0, count = v->extra ? v->extra->count : 0; i < count; i++)
            v->extra->edges[i].parent->adjoint += adjoint * v->extra->edges[i].partial;
        if (v->left) {
            v->left->adjoint += adjoint * v->d_left;
            if (v->right) v->right->adjoint += adjoint * v->d_right;
        }
    }
}

static void give_back(void) {
    Stack *all[] = {&stack, &leaves, &inner};
    for (int k = 0; k < 3; k++) if (all[k]->room > 8 * POOL) { PyMem_RawFree(all[k]->nodes); *all[k] = (Stack){NULL, 0, 0}; }
}

static inline double sum_at(Node *v) { return (v->flags & HAS_GRAD ? v->grad : 0.0) + v->adjoint; }

/* As propagate in node.py. 1: done. 0: nothing has changed, and Python must do it. -1: an error. */
static int propagated_along(Node *root, double seed) {
    int flags = find_order(root);
    if (flags < 0) { PyErr_NoMemory(); return -1; }
    if (flags & (ODD | OWN_SLOTS)) return 0;
    pass_on(root, seed);
    Stack *both[] = {&leaves, &inner};
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < both[k]->count; i++) if (isnan(sum_at(both[k]->nodes[i]))) return 0;
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < both[k]->count; i++) {
            Node *v = both[k]->nodes[i];
            v->grad = sum_at(v);
            v->flags |= HAS_GRAD;
        }
    return 1;
}

static int propagated(Node *root, double seed) {
    int done = propagated_along(root, seed);
    give_back();
    return done;
}

static PyObject *propagate(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count != 2 || !PyObject_TypeCheck(args[0], RecordType) || !PyFloat_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "propagate takes a node and a float");
        return NULL;
    }
    int done = propagated((Node *)args[0], PyFloat_AS_DOUBLE(args[1]));
    return done < 0 ? NULL : PyBool_FromLong(done);
}

/* derivatives(root, by), as in node.py. */
static PyObject *derivatives(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count != 2 || !PyObject_TypeCheck(args[0], RecordType) || !is_sequence(args[1])) {
        PyErr_SetString(PyExc_TypeError, "derivatives takes a node, and a list of nodes");
        return NULL;
    }
    Node *root = (Node *)args[0];
    count = PySequence_Fast_GET_SIZE(args[1]);
    PyObject *found = PyList_New(count);   /* first, since a collection may run any code, another pass too */
    if (!found) return NULL;
    int flags = find_order(root), given_up = flags & ODD || PySequence_Fast_GET_SIZE(args[1]) != count;
    if (flags < 0) PyErr_NoMemory();
    else if (!given_up) pass_on(root, 1.0);
    give_back();
    for (Py_ssize_t i = 0; !given_up && i < count; i++) {
        PyObject *o = PySequence_Fast_GET_ITEM(args[1], i);
        Node *v = PyObject_TypeCheck(o, RecordType) ? (Node *)o : NULL;
        double slope = v && v->mark == root->mark ? v->adjoint : 0.0;
        PyObject *x = !v || isnan(slope) ? NULL : PyFloat_FromDouble(slope);
        if (x) PyList_SET_ITEM(found, i, x);
        else given_up = 1;
    }
    if (!given_up) return found;
    Py_DECREF(found);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

static int turns;   /* how many passes run in Python now, one beneath the other: see passes.py */
static PyObject *enter_turn(PyObject *turn, PyObject *unused) { turns++; Py_RETURN_NONE; }
static PyObject *exit_turn(PyObject *turn, PyObject *unused) { turns--; Py_RETURN_NONE; }
static PyMethodDef turn_methods[] = {
    {"__enter__", enter_turn, METH_NOARGS, NULL}, {"__exit__", exit_turn, METH_VARARGS, NULL}, {NULL}};
static PyType_Slot turn_slots[] = {{Py_tp_methods, turn_methods}, {0, NULL}};
static PyType_Spec turn_spec = {"autograd.engine._core.Turn", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, turn_slots};

static PyObject *value_backward(PyObject *self, PyObject *args, PyObject *kwargs) {
    if (!kwargs && PyTuple_GET_SIZE(args) == 0 && PyDict_GET_SIZE(hooked) == 0 && turns == 0) {
        int done = propagated((Node *)self, 1.0);
        if (done) return done < 0 ? NULL : Py_NewRef(Py_None);
    }
    return method_in_python(PyDict_GetItemString(replaced, "backward"), self, args, kwargs);
}

/* --- the classes and the module --- */

static PyGetSetDef record_slots_seen[] = {
#define SLOT(name, doc) {#name, (getter)get_##name, (setter)set_##name, doc, NULL},
    {"data", (getter)get__data, (setter)set_data, "The number; any real number may be put here.", NULL},
    SLOT(grad, "The sum of the derivatives that backward passes have added; 0 before any.")
    SLOT(label, "The name in pictures, derivations and errors.")
    SLOT(op, "The row of the table that computed this value; None for a leaf.")
    SLOT(_data, NULL) SLOT(_left, NULL) SLOT(_d_left, NULL) SLOT(_right, NULL) SLOT(_d_right, NULL) SLOT(_given, NULL)
    SLOT(_many, NULL) SLOT(_answers, NULL)
#undef SLOT
    {"_mark", (getter)no_mark, (setter)set_no_mark, NULL, NULL}, {"__dict__", get_dict, set_dict, NULL, NULL}, {NULL}};
static PyMemberDef record_members[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(Node, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Node, weakrefs), READONLY, NULL}, {NULL}};
static PyMethodDef record_methods[] = {
    {"_has_attributes", has_attributes, METH_NOARGS, NULL}, {"__sizeof__", node_sizeof, METH_NOARGS, NULL}, {NULL}};
#define COMMON_SLOTS \
    {Py_tp_new, record_new}, {Py_tp_init, record_init}, {Py_tp_dealloc, node_dealloc}, {Py_tp_traverse, node_traverse}, \
    {Py_tp_clear, node_clear}, {Py_tp_setattro, node_setattro}
static PyType_Slot record_type_slots[] = {
    COMMON_SLOTS, {Py_tp_doc, "The slots of a node."}, {Py_tp_getset, record_slots_seen}, {Py_tp_members, record_members},
    {Py_tp_methods, record_methods}, {0, NULL}};
#define FLAGS Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC
static PyType_Spec record_spec = {"autograd.engine._core.Record", sizeof(Node), 0, FLAGS, record_type_slots};

static PyMethodDef value_methods[] = {
#define ROW(name, ...) {#name, apply_##name, METH_NOARGS, #name "($self, /)\n--\n\nReturn " #name " of this value, recorded."},
    FUNCTIONS(ROW)
#undef ROW
    {"backward", (PyCFunction)(void (*)(void))value_backward, METH_VARARGS | METH_KEYWORDS,
     "backward($self, gradient=1.0, *, create_graph=False, retain_graph=None)\n--\n\n"
     "Add the derivative of this value by every value that it was computed from to that value's ``grad``.\n\n"
     "``gradient`` is what this value's own gradient starts from: all others are multiplied by it. With ``create_graph``\n"
     "the gradients are Values, recorded, so that they can be differentiated again."},
    {NULL}};
static PyType_Slot value_slots[] = {
    COMMON_SLOTS, {Py_tp_doc, "Value(data, _children=(), _op='', label='', children=(), local_grads=())\n--\n\n"},
    {Py_nb_add, value_add}, {Py_nb_subtract, value_subtract}, {Py_nb_multiply, value_multiply},
    {Py_nb_true_divide, value_divide}, {Py_nb_power, value_power}, {Py_nb_negative, value_negative},
    {Py_tp_methods, value_methods}, {0, NULL}};
static PyType_Spec value_spec = {"autograd.engine.value.Value", sizeof(Node), 0, FLAGS, value_slots};

static PyObject *value_called(PyObject *type, PyObject *const *args, size_t flags, PyObject *names) {
    Py_ssize_t count = PyVectorcall_NARGS(flags), named = names ? PyTuple_GET_SIZE(names) : 0;
    int labelled = count == 1 && named == 1 && PyTuple_GET_ITEM(names, 0) == s_label && PyUnicode_CheckExact(args[1]);
    int usual = ValueType->tp_init == record_init && ValueType->tp_new == record_new;   /* nobody has put others there */
    double data;
    if (usual && count == 1 && (!named || labelled) && is_plain(args[0], &data)) {
        Node *v = new_node();
        if (!v) return NULL;
        v->data = data;
        if (labelled && args[1] != no_text) v->label = Py_NewRef(args[1]);
        return seen(v);
    }
    PyObject *all = PyTuple_New(count), *keywords = PyDict_New(), *result = NULL;
    if (all && keywords) {
        for (Py_ssize_t i = 0; i < count; i++) PyTuple_SET_ITEM(all, i, Py_NewRef(args[i]));
        int failed = 0;
        for (Py_ssize_t i = 0; i < named; i++) failed |= PyDict_SetItem(keywords, PyTuple_GET_ITEM(names, i), args[count + i]);
        if (!failed) result = PyType_Type.tp_call(type, all, keywords);
    }
    Py_XDECREF(all);
    Py_XDECREF(keywords);
    return result;
}

/* Value(bases, replaced): a class with C's operators, functions, backward and freeing; see core.py. */
static PyObject *build_value(PyObject *module, PyObject *args) {
    PyObject *bases;
    if (!PyArg_ParseTuple(args, "O!O!", &PyTuple_Type, &bases, &PyDict_Type, &replaced)) return NULL;
    Py_INCREF(replaced);
    ValueType = (PyTypeObject *)PyType_FromSpecWithBases(&value_spec, bases);
    if (ValueType) ValueType->tp_vectorcall = value_called;
    return Py_XNewRef(ValueType);
}

/* made(data, op, left, d_left, right=None, d_right=0.0, given=None, many=None), as in node.py. */
static PyObject *made_function(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count < 4 || count > 8) { PyErr_SetString(PyExc_TypeError, "made takes 4 to 8 arguments"); return NULL; }
    Node *v = new_node();
    if (!v) return NULL;
    if (set__data(v, args[0], NULL) || set_op(v, args[1], NULL) || set__left(v, args[2], NULL) || set__d_left(v, args[3], NULL)
        || (count > 4 && args[4] != Py_None && set__right(v, args[4], NULL))
        || (count > 5 && v->right && set__d_right(v, args[5], NULL))
        || (count > 6 && args[6] != Py_None && set__given(v, args[6], NULL))
        || (count > 7 && args[7] != Py_None && set__many(v, args[7], NULL))) {
        Py_DECREF(v);
        return NULL;
    }
    return seen(v);
}

/* new(type): a blank node, as in node.py. */
static PyObject *new_function(PyObject *module, PyObject *type) {
    if (!PyType_Check(type) || !PyType_IsSubtype((PyTypeObject *)type, RecordType)) {
        PyErr_SetString(PyExc_TypeError, "new takes a class of nodes");
        return NULL;
    }
    return record_new((PyTypeObject *)type, NULL, NULL);
}

static int know(PyObject *table, const char *name, int code, PyObject **row) {
    PyObject *found = PyDict_GetItemString(table, name);
    if (!found || !PyObject_TypeCheck(found, RowType)) {
        PyErr_Format(PyExc_ImportError, "the table has no row %s", name);
        return -1;
    }
    *row = Py_NewRef(found);
    ((Row *)found)->code = code;
    return 0;
}

/* connect(TABLE, unary, real, total, watchers, show, hooked): what C calls, and the rows that it knows. */
static PyObject *connect(PyObject *module, PyObject *args) {
    PyObject *table, *row, *name;
    Py_ssize_t place = 0;
    if (!PyArg_ParseTuple(args, "O!OOOO!OO!", &PyDict_Type, &table, &unary, &real, &total, &PyList_Type, &watchers, &show,
                          &PyDict_Type, &hooked))
        return NULL;
    for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(args); i++) Py_INCREF(PyTuple_GET_ITEM(args, i));
    while (PyDict_Next(table, &place, &name, &row)) if (PyObject_TypeCheck(row, RowType)) ((Row *)row)->code = IN_PYTHON;
#define ROW(name, ...) if (know(table, #name, CODE_##name, &row_##name)) return NULL;
    FUNCTIONS(ROW) HELPERS(ROW) OF_TWO(ROW) ROW(weighted_sum) ROW(total) ROW(half_squared_error)
#undef ROW
#define ROW(name) if (know(table, #name, IN_PYTHON, &row_##name)) return NULL;
    ROW(add) ROW(subtract) ROW(multiply) ROW(divide) ROW(negative) ROW(power)
#undef ROW
    Py_RETURN_NONE;
}

/* take(): whether this is the first to ask. There is one ValueType, for one copy of the engine in one interpreter. */
static PyObject *take(PyObject *module, PyObject *unused) {
    static int taken;
    return PyBool_FromLong(!taken++);
}

static PyMethodDef functions[] = {
    {"take", take, METH_NOARGS, NULL},
    {"Value", build_value, METH_VARARGS, NULL}, {"connect", connect, METH_VARARGS, NULL},
    {"new", new_function, METH_O, NULL},
    {"made", (PyCFunction)(void (*)(void))made_function, METH_FASTCALL, NULL},
    {"derivatives", (PyCFunction)(void (*)(void))derivatives, METH_FASTCALL, NULL},
    {"propagate", (PyCFunction)(void (*)(void))propagate, METH_FASTCALL, NULL},
    {"weighted_sum", (PyCFunction)(void (*)(void))weighted_sum_function, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"layer", (PyCFunction)(void (*)(void))layer, METH_FASTCALL, NULL}, {NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_core", "The hot paths of the engine, in C.", -1, functions};

PyMODINIT_FUNC PyInit__core(void) {
    PyObject *module = PyModule_Create(&definition);
    zero = PyLong_FromLong(0);
    no_text = PyUnicode_InternFromString("");
    s_data = PyUnicode_InternFromString("data");
    s_grad = PyUnicode_InternFromString("grad");
    s_label = PyUnicode_InternFromString("label");
    s_call = PyUnicode_InternFromString("_call");
    const char *of_neuron[] = {"weights", "bias", "label", "_activate"};
    for (int i = 0; i < 4; i++) if (!(s_of_neuron[i] = PyUnicode_InternFromString(of_neuron[i]))) return NULL;
    RecordType = (PyTypeObject *)PyType_FromSpec(&record_spec);
    RowType = (PyTypeObject *)PyType_FromSpec(&row_spec);
    PyObject *turn = PyType_FromSpec(&turn_spec);
    if (!module || !zero || !no_text || !s_data || !s_grad || !s_label || !s_call || !RecordType || !RowType || !turn
        || !(usual_grad = PyObject_GetAttr((PyObject *)RecordType, s_grad))
        || !(usual_label = PyObject_GetAttr((PyObject *)RecordType, s_label))
        || PyModule_AddObjectRef(module, "Record", (PyObject *)RecordType)
        || PyModule_AddObjectRef(module, "Row", (PyObject *)RowType) || PyModule_AddObjectRef(module, "Turn", turn)
        || PyModule_AddIntConstant(module, "DATA", offsetof(Node, data))
        || PyModule_AddObjectRef(module, "SOURCE", PyLong_FromUnsignedLong(SOURCE))) return NULL;
    return module;
}
