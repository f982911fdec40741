/* Runs what `jit` has recorded: a tape of rows on floats, with jumps where the numbers decide, and calls of it from Python.

   A tape has the steps of all recordings for one structure of arguments, in one array of instructions on one array of numbers:
   the arguments' floats, what is read from Values, steps, constants. It ends at an END, which says which recording it was and
   where its results are; at UNKNOWN, where none goes on; or at the first number that is not finite, where Python does all.
   Rows are in _tape_rows.h, which is made from the table by tests/core_rows.py. Machine code may stand in for the instructions:
   what `native` sets is called with the same numbers and ends in the same ways. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <structmember.h>
#include "_tape_rows.h"

#ifndef SOURCE
#define SOURCE 0   /* the checksum of this file and of the header: see setup.py */
#endif

#define NAME(name, text) ROW_##name,
enum { OF_ONE(NAME) OF_TWO(NAME) OF_MANY(NAME) OF_SEQUENCE(NAME) ROW_weighted_sum, ROW_half_squared_errors,
       LESS, LESS_EQUAL, EQUAL, UNEQUAL, SAME_BITS, END, UNKNOWN };
#undef NAME

enum { BLOCK = 256 };   /* of rows, which lanes do at once; where one is not finite, these are done one by one */
enum { NOT_FINITE = -1, NOT_KNOWN = -2, FAILED = -3 };   /* how a run ends, if not at an END; FAILED has set an error */

typedef struct { int32_t op, z, x, y; } Instruction;   /* v[z] = op(v[x], v[y]); of more: of v[list[y]], …, x of them */
typedef struct { PyObject *result, *floats; const int32_t *outputs; Py_ssize_t count; int64_t calls; } End;
typedef int (*Native)(double *v);
typedef long (*Repeat)(double *v, long times);
typedef int (*Lanes)(const double *v, double *const *in, double *const *out, long rows);   /* see fast_c.py */
typedef int (*Sums)(const double *v, double *const *in, double *out, long rows);

typedef struct {
    PyObject_HEAD
    Instruction *code;
    int32_t *list;
    double *v, *scratch;
    End *ends;
    PyObject **values;         /* what is read at each run, after the inputs; owned by `held` */
    int32_t *places;           /* where in v each of these is put */
    Py_ssize_t inputs, captured, ended, length, room;
    Native native;
    Repeat repeat;
    Lanes lanes;
    Sums sums;
    PyObject *held, *library;  /* what must live as long as this does */
} Tape;

static PyTypeObject *RecordType;   /* nodes of the compiled core, or NULL */
static Py_ssize_t data_in_record;  /* where these have their number */
static PyObject *s_data, *depth;

/* --- running --- */

static int interpreted(Tape *t, double *v, double *a) {
    double r, x, y;
    const int32_t *list = t->list, *at;
    for (const Instruction *c = t->code;; c++) {
        switch (c->op) {
#define ROW(name, text) case ROW_##name: x = v[c->x]; r = text; break;
        OF_ONE(ROW)
#undef ROW
#define ROW(name, text) case ROW_##name: x = v[c->x]; y = v[c->y]; r = text; break;
        OF_TWO(ROW)
#undef ROW
#define ROW(name, text) case ROW_##name: at = list + c->y; for (int i = 0; i < c->x; i++) a[i] = v[at[i]]; r = text; break;
        OF_MANY(ROW)
#undef ROW
#define ROW(name, text) case ROW_##name: { int n = c->x; at = list + c->y; for (int i = 0; i < n; i++) a[i] = v[at[i]]; r = text; break; }
        OF_SEQUENCE(ROW)
#undef ROW
        case ROW_weighted_sum:   /* of c->x pairs, and a bias behind them */
            at = list + c->y;
            for (int i = 0; i < c->x; i++) a[i] = v[at[2 * i]] * v[at[2 * i + 1]];
            a[c->x] = v[at[2 * c->x]];
            r = float_total(a, c->x + 1);
            break;
        case ROW_half_squared_errors:
            at = list + c->y;
            for (int i = 0; i < c->x; i++) a[i] = float_half_squared_error(v[at[2 * i]], v[at[2 * i + 1]]);
            r = float_total(a, c->x);
            break;
        /* Questions: if the answer is not the one expected, go on at instruction list[y + 1]; v[z] and v[x] are asked about. */
#define ASK(name, test) case name: x = v[c->z]; y = v[c->x]; if ((test) != list[c->y]) c = t->code + list[c->y + 1] - 1; continue;
        ASK(LESS, x < y) ASK(LESS_EQUAL, x <= y) ASK(EQUAL, x == y) ASK(UNEQUAL, x != y)
        ASK(SAME_BITS, x == y && signbit(x) == signbit(y))
#undef ASK
        case END: return c->x;
        default: return NOT_KNOWN;
        }
        if (!isfinite(r)) return NOT_FINITE;
        v[c->z] = r;
    }
}

static inline int run_on(Tape *t, double *v, double *scratch) {
    for (Py_ssize_t i = 0; i < t->inputs; i++) if (!isfinite(v[i])) return NOT_FINITE;
    return t->native ? t->native(v) : interpreted(t, v, scratch);
}

static int read_values(Tape *t) {   /* 0, NOT_FINITE or FAILED */
    for (Py_ssize_t i = 0; i < t->captured; i++) {
        PyObject *value = t->values[i];
        double x;
        if (RecordType && PyObject_TypeCheck(value, RecordType)) x = *(double *)((char *)value + data_in_record);
        else {
            PyObject *data = PyObject_GetAttr(value, s_data);
            if (!data) return FAILED;
            x = PyFloat_AsDouble(data);
            Py_DECREF(data);
            if (x == -1.0 && PyErr_Occurred()) return FAILED;
        }
        if (!isfinite(x)) return NOT_FINITE;
        t->v[t->places[i]] = x;
    }
    return 0;
}

static int run(Tape *t) {   /* the number of an end, or how it ends else */
    int failed = read_values(t);
    return failed ? failed : run_on(t, t->v, t->scratch);
}

enum { FEW = 32 };

/* Return an end's numbers, in `few` if they fit there: whatever is made next may let others run, perhaps this very tape. */
static double *numbers_at(Tape *t, End *end, double *few) {
    double *found = end->count <= FEW ? few : PyMem_Malloc(end->count * sizeof(double));
    if (!found) PyErr_NoMemory();
    else for (Py_ssize_t i = 0; i < end->count; i++) found[i] = t->v[end->outputs[i]];
    return found;
}

static PyObject *floats_of(const double *numbers, Py_ssize_t count) {
    PyObject *found = PyTuple_New(count);
    for (Py_ssize_t i = 0; found && i < count; i++) {
        PyObject *x = PyFloat_FromDouble(numbers[i]);
        if (!x) Py_CLEAR(found);
        else PyTuple_SET_ITEM(found, i, x);
    }
    return found;
}

static PyObject *ended(Tape *t, int i) {   /* as code in Python ends: with a result and its numbers, None, or an error */
    if (i == NOT_KNOWN) Py_RETURN_NONE;
    if (i == NOT_FINITE) PyErr_SetString(PyExc_ValueError, "a number is not finite");
    if (i < 0) return NULL;
    double few[FEW], *numbers = numbers_at(t, t->ends + i, few);
    PyObject *found = numbers ? floats_of(numbers, t->ends[i].count) : NULL;
    if (numbers != few) PyMem_Free(numbers);
    return found ? Py_BuildValue("(ON)", t->ends[i].result, found) : NULL;
}

static PyObject *tape_run(Tape *t, PyObject *const *args, Py_ssize_t count) {
    if (count != t->inputs) return PyErr_Format(PyExc_TypeError, "run takes %zd floats, but got %zd", t->inputs, count);
    for (Py_ssize_t i = 0; i < count; i++) {
        t->v[i] = PyFloat_AsDouble(args[i]);
        if (t->v[i] == -1.0 && PyErr_Occurred()) return NULL;
    }
    return ended(t, run(t));
}

/* As often as asked, results taken for inputs; returns how many times that went, and the inputs then. */
static PyObject *tape_repeat(Tape *t, PyObject *args) {
    PyObject *start;
    Py_ssize_t times, done = 0;
    if (!PyArg_ParseTuple(args, "O!n", &PyList_Type, &start, &times)) return NULL;
    if (PyList_GET_SIZE(start) != t->inputs) return PyErr_Format(PyExc_TypeError, "repeat takes %zd floats", t->inputs);
    double *kept = PyMem_Malloc((t->inputs + 1) * sizeof(double));
    if (!kept) return PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < t->inputs; i++) kept[i] = t->v[i] = PyFloat_AsDouble(PyList_GET_ITEM(start, i));
    if (PyErr_Occurred()) { PyMem_Free(kept); return NULL; }
    if (t->repeat) {
        int failed = read_values(t);
        for (Py_ssize_t i = 0; i < t->inputs; i++) if (!isfinite(kept[i])) failed = NOT_FINITE;
        if (failed == FAILED) { PyMem_Free(kept); return NULL; }
        if (!failed) done = t->repeat(t->v, times);
        memcpy(kept, t->v, t->inputs * sizeof(double));
    }
    for (; !t->repeat && done < times; done++) {
        int i = run(t);
        if (i == FAILED) { PyMem_Free(kept); return NULL; }
        if (i < 0 || t->ends[i].count != t->inputs) break;
        for (Py_ssize_t k = 0; k < t->inputs; k++) kept[k] = t->v[t->ends[i].outputs[k]];
        memcpy(t->v, kept, t->inputs * sizeof(double));
    }
    PyObject *found = PyList_New(t->inputs);
    for (Py_ssize_t i = 0; found && i < t->inputs; i++) {
        PyObject *x = PyFloat_FromDouble(kept[i]);
        if (!x) Py_CLEAR(found);
        else PyList_SET_ITEM(found, i, x);
    }
    PyMem_Free(kept);
    return found ? Py_BuildValue("(nN)", done, found) : NULL;
}

/* --- rows of columns --- */

typedef struct { double sum, rest; } Exact;   /* a running sum, and what rounding took from it */

static inline void add_to(Exact *s, double x) {
    double z = s->sum + x, t = z - s->sum;
    s->rest += (s->sum - (z - t)) + (x - t);
    s->sum = z;
}

/* Where the floats of columns are; of a number, the same in every row, BLOCK times itself at `same`. */
static int columns_of(PyObject *items, Py_buffer *views, double **found, double *same, Py_ssize_t least, int flags) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(items); i++) {
        PyObject *item = PyTuple_GET_ITEM(items, i);
        if (same && PyFloat_CheckExact(item)) {
            found[i] = same + i * BLOCK;
            for (int k = 0; k < BLOCK; k++) found[i][k] = PyFloat_AS_DOUBLE(item);
            continue;
        }
        if (PyObject_GetBuffer(item, views + i, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS | flags)) return -1;
        if (!views[i].format || strcmp(views[i].format, "d") || views[i].len < least * (Py_ssize_t)sizeof(double)) {
            PyErr_Format(PyExc_ValueError, "column %zd is not of %zd floats", i, least);
            return -1;
        }
        found[i] = views[i].buf;
    }
    return 0;
}

/* map(columns, outs, start, stop, sums): rows start to stop. A column may be a number, which is in every row. Results go into
   outs, or, if sums is not None, their sums into that, two numbers for each. Returns the row it got to, and why it went no
   further: 0 at stop, -1 since a number is not finite, -2 since no recording goes on there. */
static PyObject *tape_map(Tape *t, PyObject *args) {
    PyObject *columns, *outs, *sums, *found = NULL;
    Py_ssize_t row, stop;
    if (!PyArg_ParseTuple(args, "O!O!nnO", &PyTuple_Type, &columns, &PyTuple_Type, &outs, &row, &stop, &sums)) return NULL;
    Py_ssize_t inputs = PyTuple_GET_SIZE(columns), results = PyTuple_GET_SIZE(outs), total = inputs + results, others = 0;
    if (inputs != t->inputs) return PyErr_Format(PyExc_ValueError, "map takes %zd columns, but got %zd", t->inputs, inputs);
    Py_buffer *views = PyMem_Calloc(total + 1, sizeof(Py_buffer)), sum_view = {0};
    double **at = PyMem_Calloc(2 * total + 1, sizeof(double *)), **here = at + total;   /* `here` for lanes: from some row on */
    double *same = PyMem_Malloc((inputs * BLOCK + 1) * sizeof(double));
    double *v = PyMem_Malloc((t->length + 1) * sizeof(double)), *scratch = PyMem_Malloc((t->room + 2) * sizeof(double));
    Py_ssize_t *column = PyMem_Calloc(inputs + 1, sizeof(Py_ssize_t));   /* those inputs that differ from row to row */
    int why = 0;
    Exact *exact = NULL;
    if (!views || !at || !same || !v || !scratch || !column) { PyErr_NoMemory(); goto done; }
    if (columns_of(columns, views, at, same, stop, 0)) goto done;
    if (columns_of(outs, views + inputs, at + inputs, NULL, stop, PyBUF_WRITABLE)) goto done;
    if (sums != Py_None) {
        if (PyObject_GetBuffer(sums, &sum_view, PyBUF_WRITABLE | PyBUF_C_CONTIGUOUS)) goto done;
        exact = sum_view.buf;
        results = sum_view.len / (Py_ssize_t)sizeof(Exact);
    }
    if (read_values(t) < 0) {
        if (!PyErr_Occurred()) found = Py_BuildValue("(ni)", row, NOT_FINITE);
        goto done;
    }
    memcpy(v, t->v, t->length * sizeof(double));
    for (Py_ssize_t i = 0; i < inputs; i++) {
        here[i] = at[i];
        v[i] = at[i][0];
        if (views[i].obj) column[others++] = i;
    }
    Py_BEGIN_ALLOW_THREADS
    for (Py_ssize_t alone = row; row < stop; row++) {
        while (row == alone && t->lanes && row < stop) {   /* all at once, but for a block with a row that Python is to do */
            long count = stop - row < BLOCK ? (long)(stop - row) : BLOCK;
            for (Py_ssize_t i = 0; i < others; i++) here[column[i]] = at[column[i]] + row;
            for (Py_ssize_t i = inputs; i < total; i++) here[i] = at[i] + row;
            alone = row + count;
            if (exact ? t->sums(v, here, (double *)exact, count) : t->lanes(v, here, here + inputs, count)) row = alone;
        }
        if (row == stop) break;
        for (Py_ssize_t i = 0; i < others; i++) v[column[i]] = at[column[i]][row];
        int end = run_on(t, v, scratch);
        if (end < 0 || t->ends[end].count < results) { why = end < 0 ? end : NOT_KNOWN; break; }
        const int32_t *outputs = t->ends[end].outputs;
        if (exact) for (Py_ssize_t i = 0; i < results; i++) add_to(exact + i, v[outputs[i]]);
        else for (Py_ssize_t i = 0; i < results; i++) at[inputs + i][row] = v[outputs[i]];
    }
    Py_END_ALLOW_THREADS
    found = Py_BuildValue("(ni)", row, why);
done:
    for (Py_ssize_t i = 0; views && i < total; i++) PyBuffer_Release(views + i);
    PyBuffer_Release(&sum_view);
    PyMem_Free(views); PyMem_Free(at); PyMem_Free(same); PyMem_Free(v); PyMem_Free(scratch); PyMem_Free(column);
    return found;
}

/* --- making --- */

static void tape_dealloc(Tape *t) {
    PyTypeObject *type = Py_TYPE(t);
    PyObject_GC_UnTrack(t);
    PyMem_Free(t->code); PyMem_Free(t->list); PyMem_Free(t->v); PyMem_Free(t->scratch);
    PyMem_Free(t->ends); PyMem_Free(t->values); PyMem_Free(t->places);
    Py_CLEAR(t->held); Py_CLEAR(t->library);
    type->tp_free(t);
    Py_DECREF(type);
}

static int tape_traverse(Tape *t, visitproc visit, void *arg) {
    Py_VISIT(t->held); Py_VISIT(t->library); Py_VISIT(Py_TYPE(t));
    return 0;
}

static int32_t *whole_numbers(PyObject *items, Py_ssize_t *count) {
    *count = PyList_GET_SIZE(items);
    int32_t *found = PyMem_Malloc((*count + 1) * sizeof(int32_t));
    if (!found) { PyErr_NoMemory(); return NULL; }
    for (Py_ssize_t i = 0; i < *count; i++) found[i] = (int32_t)PyLong_AsLong(PyList_GET_ITEM(items, i));
    if (PyErr_Occurred()) { PyMem_Free(found); return NULL; }
    return found;
}

/* Tape(inputs, code, list, numbers, scratch, captured, ends): the instructions flat; numbers as they are before a run; how much
   room sequences take; {Value: place}; and of each end (result, where in list its outputs begin, how many, floats or None). */
static PyObject *tape_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    PyObject *code, *list, *numbers, *captured, *ends;
    Py_ssize_t inputs, scratch, count, i = 0;
    if (!PyArg_ParseTuple(args, "nO!O!O!nO!O!", &inputs, &PyList_Type, &code, &PyList_Type, &list, &PyList_Type, &numbers,
                          &scratch, &PyDict_Type, &captured, &PyList_Type, &ends)) return NULL;
    Tape *t = (Tape *)type->tp_alloc(type, 0);
    if (!t) return NULL;
    t->inputs = inputs;
    t->length = PyList_GET_SIZE(numbers);
    t->room = scratch;
    t->held = Py_BuildValue("(OO)", captured, ends);
    t->code = (Instruction *)whole_numbers(code, &count);
    t->list = whole_numbers(list, &count);
    t->v = PyMem_Malloc((PyList_GET_SIZE(numbers) + 1) * sizeof(double));
    t->scratch = PyMem_Malloc((scratch + 2) * sizeof(double));
    t->ended = PyList_GET_SIZE(ends);
    t->ends = PyMem_Calloc(t->ended + 1, sizeof(End));
    t->values = PyMem_Calloc(PyDict_GET_SIZE(captured) + 1, sizeof(PyObject *));
    t->places = PyMem_Calloc(PyDict_GET_SIZE(captured) + 1, sizeof(int32_t));
    if (!t->held || !t->code || !t->list || !t->v || !t->scratch || !t->ends || !t->values || !t->places) goto failed;
    for (i = 0; i < PyList_GET_SIZE(numbers); i++) t->v[i] = PyFloat_AsDouble(PyList_GET_ITEM(numbers, i));
    PyObject *key, *place;
    for (i = 0; PyDict_Next(captured, &i, &key, &place);) {
        t->values[t->captured] = key;
        t->places[t->captured++] = (int32_t)PyLong_AsLong(place);
    }
    for (i = 0; i < t->ended; i++) {
        Py_ssize_t first;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(ends, i), "OnnO", &t->ends[i].result, &first, &t->ends[i].count, &t->ends[i].floats))
            goto failed;
        t->ends[i].outputs = t->list + first;
    }
    if (!PyErr_Occurred()) return (PyObject *)t;
failed:
    Py_DECREF(t);
    return PyErr_Occurred() ? NULL : PyErr_NoMemory();
}

static PyObject *tape_native(Tape *t, PyObject *args) {   /* the library, and addresses: of run, and of the others or 0 */
    PyObject *library, *run, *repeat, *lanes, *sums;
    if (!PyArg_ParseTuple(args, "OOOOO", &library, &run, &repeat, &lanes, &sums)) return NULL;
    t->native = (Native)PyLong_AsVoidPtr(run);
    t->repeat = (Repeat)PyLong_AsVoidPtr(repeat);
    t->lanes = (Lanes)PyLong_AsVoidPtr(lanes);
    t->sums = (Sums)PyLong_AsVoidPtr(sums);
    if (PyErr_Occurred()) return NULL;
    Py_XSETREF(t->library, Py_NewRef(library));
    Py_RETURN_NONE;
}

static PyMethodDef tape_methods[] = {
    {"run", (PyCFunction)(void (*)(void))tape_run, METH_FASTCALL, "Return a result and its numbers, or None."},
    {"repeat", (PyCFunction)tape_repeat, METH_VARARGS, "Run with results for inputs, again and again."},
    {"map", (PyCFunction)tape_map, METH_VARARGS, "Run on rows of columns."},
    {"native", (PyCFunction)tape_native, METH_VARARGS, "Run machine code from now on."}, {NULL}};
static PyType_Slot tape_slots[] = {
    {Py_tp_new, tape_new}, {Py_tp_dealloc, tape_dealloc}, {Py_tp_traverse, tape_traverse}, {Py_tp_methods, tape_methods}, {0, NULL}};
static PyType_Spec tape_spec = {
    "autograd.compiling._tape.Tape", sizeof(Tape), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, tape_slots};

/* --- calls --- */

typedef struct { PyObject *arguments; Tape *tape; } Way;   /* for one structure of arguments, which has floats where they are */

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    Py_ssize_t count;
    Way *ways;
    PyObject *places, *dict, *weakrefs;   /* places: of watched.py, or NULL if Python is to do all */
} Call;

static PyObject *s_call, *s_calls, *s_copy, *s_finished;

/* Whether an argument is an array of floats as another, whose floats are put into *v. */
static int array_taken(PyObject *as, PyObject *given, double **v) {
    Py_buffer mine, theirs;
    const int flags = PyBUF_FORMAT | PyBUF_ND | PyBUF_C_CONTIGUOUS;
    if (PyObject_GetBuffer(as, &mine, flags)) { PyErr_Clear(); return 0; }
    int same = !PyObject_GetBuffer(given, &theirs, flags);
    if (!same) PyErr_Clear();
    else {
        same = mine.ndim == theirs.ndim && !strcmp(mine.format, "d") && !strcmp(theirs.format, "d");
        for (int i = 0; same && i < mine.ndim; i++) same = mine.shape[i] == theirs.shape[i];
        if (same) {
            memcpy(*v, theirs.buf, theirs.len);
            *v += theirs.len / (Py_ssize_t)sizeof(double);
        }
        PyBuffer_Release(&theirs);
    }
    PyBuffer_Release(&mine);
    return same;
}

/* An array like another, with the next numbers. */
static PyObject *array_built(PyObject *as, const double **next) {
    PyObject *made = PyObject_CallMethodNoArgs(as, s_copy);
    Py_buffer view;
    if (!made || PyObject_GetBuffer(made, &view, PyBUF_WRITABLE | PyBUF_C_CONTIGUOUS)) { Py_XDECREF(made); return NULL; }
    for (Py_ssize_t i = 0; i < view.len / (Py_ssize_t)sizeof(double); i++) ((double *)view.buf)[i] = *(*next)++;
    PyBuffer_Release(&view);
    return made;
}

/* Put the floats of an argument into *v; return whether it is built as the one before, of floats alone. */
static int taken(PyObject *as, PyObject *given, double **v) {
    if (PyFloat_CheckExact(as)) {
        if (!PyFloat_CheckExact(given)) return 0;
        *(*v)++ = PyFloat_AS_DOUBLE(given);
        return 1;
    }
    if (as == given && !PyList_CheckExact(as) && !PyDict_CheckExact(as) && !PyTuple_CheckExact(as)) return 1;
    if (Py_TYPE(as) != Py_TYPE(given)) return 0;
    if (PyList_CheckExact(as)) {
        Py_ssize_t n = PyList_GET_SIZE(as);
        if (PyList_GET_SIZE(given) != n) return 0;
        for (Py_ssize_t i = 0; i < n; i++) if (!taken(PyList_GET_ITEM(as, i), PyList_GET_ITEM(given, i), v)) return 0;
        return 1;
    }
    if (PyTuple_CheckExact(as)) {
        Py_ssize_t n = PyTuple_GET_SIZE(as);
        if (PyTuple_GET_SIZE(given) != n) return 0;
        for (Py_ssize_t i = 0; i < n; i++) if (!taken(PyTuple_GET_ITEM(as, i), PyTuple_GET_ITEM(given, i), v)) return 0;
        return 1;
    }
    if (PyDict_CheckExact(as)) {
        Py_ssize_t i = 0, k = 0;
        PyObject *key, *item, *theirs, *other;
        if (PyDict_GET_SIZE(as) != PyDict_GET_SIZE(given)) return 0;
        while (PyDict_Next(as, &i, &key, &item) && PyDict_Next(given, &k, &theirs, &other))
            if (key != theirs || !taken(item, other, v)) return 0;   /* keys of another object: Python compares them */
        return 1;
    }
    if (PyLong_CheckExact(as) || PyUnicode_CheckExact(as)) {
        int same = PyObject_RichCompareBool(as, given, Py_EQ);
        if (same < 0) PyErr_Clear();
        return same == 1;
    }
    return PyObject_CheckBuffer(as) && array_taken(as, given, v);
}

/* Return a structure like another, with the next numbers in place of its floats and Values. */
static PyObject *built(PyObject *as, const double **next) {
    if (PyFloat_CheckExact(as)) return PyFloat_FromDouble(*(*next)++);
    if (PyList_CheckExact(as)) {
        Py_ssize_t n = PyList_GET_SIZE(as);
        PyObject *made = PyList_New(n);
        for (Py_ssize_t i = 0; made && i < n; i++) {
            PyObject *x = built(PyList_GET_ITEM(as, i), next);
            if (!x) Py_CLEAR(made);
            else PyList_SET_ITEM(made, i, x);
        }
        return made;
    }
    if (PyTuple_CheckExact(as)) {
        Py_ssize_t n = PyTuple_GET_SIZE(as);
        PyObject *made = PyTuple_New(n);
        for (Py_ssize_t i = 0; made && i < n; i++) {
            PyObject *x = built(PyTuple_GET_ITEM(as, i), next);
            if (!x) Py_CLEAR(made);
            else PyTuple_SET_ITEM(made, i, x);
        }
        return made;
    }
    if (PyDict_CheckExact(as)) {
        Py_ssize_t i = 0;
        PyObject *key, *item, *made = PyDict_New();
        while (made && PyDict_Next(as, &i, &key, &item)) {
            PyObject *x = built(item, next);
            if (!x || PyDict_SetItem(made, key, x)) Py_CLEAR(made);
            Py_XDECREF(x);
        }
        return made;
    }
    return PyObject_CheckBuffer(as) ? array_built(as, next) : Py_NewRef(as);
}

static int as_before(PyObject *places) {   /* whether in each place the same thing stands: 1, 0, or -1 with an error */
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(places); i++) {
        PyObject *place = PyList_GET_ITEM(places, i), *where = PyTuple_GET_ITEM(place, 0), *thing = PyTuple_GET_ITEM(place, 2);
        PyObject *now = PyCell_Check(where) ? PyCell_GET(where) : PyDict_GetItemWithError(where, PyTuple_GET_ITEM(place, 1));
        if (!now && PyErr_Occurred()) return -1;
        if (now != thing) return 0;   /* an empty cell, too: Python sees whether it was */
    }
    return 1;
}

static int is_inside(void) {   /* a derivative, where Python does all */
    PyObject *now;
    if (PyContextVar_Get(depth, NULL, &now)) return -1;
    int inside = now && PyLong_AsLong(now) != 0;
    Py_XDECREF(now);
    return inside;
}

static PyObject *call(PyObject *self, PyObject *const *args, size_t flags, PyObject *names) {
    Call *c = (Call *)self;
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    if (!names && c->places && c->count) {
        int inside = is_inside(), same = inside ? 0 : as_before(c->places);
        if (inside < 0 || same < 0) return NULL;
        for (Py_ssize_t k = 0; same && k < c->count; k++) {
            Way *way = c->ways + k;
            Tape *t = way->tape;
            double *v = t->v;
            Py_ssize_t i = 0;
            if (PyTuple_GET_SIZE(way->arguments) != count) continue;
            while (i < count && taken(PyTuple_GET_ITEM(way->arguments, i), args[i], &v)) i++;
            if (i < count) continue;
            int at = run(t);
            if (at == FAILED) return NULL;
            if (at < 0) break;
            End *end = t->ends + at;
            end->calls++;
            if (!(end->calls & (end->calls - 1))) {   /* f is to confirm it */
                PyObject *before = PyLong_FromLongLong(end->calls - 1);
                int failed = !before || PyObject_SetAttr(end->result, s_calls, before);
                Py_XDECREF(before);
                if (failed) return NULL;
                break;
            }
            double few[FEW], *numbers = numbers_at(t, end, few);
            const double *next = numbers;
            if (!numbers) return NULL;
            Py_INCREF(t);
            PyObject *made = NULL, *found = NULL;
            if (end->floats != Py_None) made = built(end->floats, &next);
            else if ((found = floats_of(numbers, end->count)))
                made = PyObject_CallMethodObjArgs(self, s_finished, end->result, found, NULL);
            Py_XDECREF(found);
            Py_DECREF(t);
            if (numbers != few) PyMem_Free(numbers);
            return made;
        }
    }
    PyObject *method = PyObject_GetAttr(self, s_call);
    if (!method) return NULL;
    PyObject *found = PyObject_Vectorcall(method, args, count, names);
    Py_DECREF(method);
    return found;
}

static void forget(Way *ways, Py_ssize_t count) {   /* which nobody else knows any more: it may let others run */
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_CLEAR(ways[i].arguments);
        Py_CLEAR(ways[i].tape);
    }
    PyMem_Free(ways);
}

/* ready(places, ways): what to compare at each call, a list of watched.py, and [(arguments, tape)]. */
static PyObject *call_ready(Call *c, PyObject *args) {
    PyObject *places, *ways;
    if (!PyArg_ParseTuple(args, "O!O!", &PyList_Type, &places, &PyList_Type, &ways)) return NULL;
    Py_ssize_t count = PyList_GET_SIZE(ways);
    Way *room = PyMem_Calloc(count + 1, sizeof(Way));
    if (!room) return PyErr_NoMemory();
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *arguments, *tape;
        if (!PyArg_ParseTuple(PyList_GET_ITEM(ways, i), "O!O", &PyTuple_Type, &arguments, &tape)) {
            forget(room, i);
            return NULL;
        }
        room[i] = (Way){Py_NewRef(arguments), (Tape *)Py_NewRef(tape)};
    }
    Way *old = c->ways;
    Py_ssize_t old_count = c->count;
    c->ways = room;
    c->count = count;
    Py_XSETREF(c->places, Py_NewRef(places));
    forget(old, old_count);
    Py_RETURN_NONE;
}

static PyObject *call_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    Call *c = (Call *)type->tp_alloc(type, 0);
    if (c) c->vectorcall = call;
    return (PyObject *)c;
}

static int call_traverse(Call *c, visitproc visit, void *arg) {
    for (Py_ssize_t i = 0; i < c->count; i++) {
        Py_VISIT(c->ways[i].arguments);
        Py_VISIT(c->ways[i].tape);
    }
    Py_VISIT(c->places); Py_VISIT(c->dict); Py_VISIT(Py_TYPE(c));
    return 0;
}

static int call_clear(Call *c) {
    Way *old = c->ways;
    Py_ssize_t count = c->count;
    c->ways = NULL;
    c->count = 0;
    forget(old, count);
    Py_CLEAR(c->places); Py_CLEAR(c->dict);
    return 0;
}

static void call_dealloc(Call *c) {
    PyTypeObject *type = Py_TYPE(c);
    PyObject_GC_UnTrack(c);
    if (c->weakrefs) PyObject_ClearWeakRefs((PyObject *)c);
    call_clear(c);
    type->tp_free(c);
    Py_DECREF(type);
}

static PyMethodDef call_methods[] = {{"_ready", (PyCFunction)call_ready, METH_VARARGS, "Take what calls run on."}, {NULL}};
static PyMemberDef call_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Call, vectorcall), READONLY},
    {"__dictoffset__", T_PYSSIZET, offsetof(Call, dict), READONLY},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Call, weakrefs), READONLY}, {NULL}};
static PyGetSetDef call_seen[] = {{"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict}, {NULL}};
static PyType_Slot call_slots[] = {
    {Py_tp_new, call_new}, {Py_tp_dealloc, call_dealloc}, {Py_tp_traverse, call_traverse}, {Py_tp_clear, call_clear},
    {Py_tp_call, PyVectorcall_Call}, {Py_tp_methods, call_methods}, {Py_tp_members, call_members}, {Py_tp_getset, call_seen},
    {0, NULL}};
static PyType_Spec call_spec = {
    "autograd.compiling._tape.Call", sizeof(Call), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL, call_slots};

/* --- the module --- */

static PyObject *connect(PyObject *module, PyObject *args) {   /* the core's Record, where a node has its number, _depth, Jit */
    PyObject *record, *jit;
    if (!PyArg_ParseTuple(args, "OnOO", &record, &data_in_record, &depth, &jit)) return NULL;
    RecordType = record == Py_None ? NULL : (PyTypeObject *)Py_NewRef(record);
    Py_INCREF(depth);
    ((PyTypeObject *)jit)->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;   /* which classes made in Python inherit from 3.12 on */
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {{"connect", connect, METH_VARARGS, NULL}, {NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_tape", "Tapes of rows, run in C.", -1, functions};

static int know(PyObject *codes, const char *name, int code) {
    PyObject *number = PyLong_FromLong(code);
    int failed = !number || PyDict_SetItemString(codes, name, number);
    Py_XDECREF(number);
    return failed;
}

PyMODINIT_FUNC PyInit__tape(void) {
    PyObject *module = PyModule_Create(&definition), *codes = PyDict_New();
    PyObject *tape = PyType_FromSpec(&tape_spec), *calls = PyType_FromSpec(&call_spec);
    if (!(s_data = PyUnicode_InternFromString("_data")) || !(s_call = PyUnicode_InternFromString("_call"))
        || !(s_copy = PyUnicode_InternFromString("copy")) || !(s_calls = PyUnicode_InternFromString("calls")) || !(s_finished = PyUnicode_InternFromString("_finished"))) return NULL;
#define KNOW(name, text) if (know(codes, #name, ROW_##name)) return NULL;
    OF_ONE(KNOW) OF_TWO(KNOW) OF_MANY(KNOW) OF_SEQUENCE(KNOW) KNOW(weighted_sum, ) KNOW(half_squared_errors, )
#undef KNOW
    const char *others[] = {"<", "<=", "==", "!=", "bits", "end", "unknown"};
    for (int i = 0; i < 7; i++) if (know(codes, others[i], LESS + i)) return NULL;
    if (!module || !tape || !calls || PyModule_AddObjectRef(module, "Tape", tape) || PyModule_AddObjectRef(module, "Call", calls)
        || PyModule_AddObjectRef(module, "CODES", codes)
        || PyModule_AddObjectRef(module, "SOURCE", PyLong_FromUnsignedLong(SOURCE))) return NULL;
    return module;
}
