/*
 * An extension module for one Python: it takes buffers, lets other threads run while it works, may be loaded into
 * several interpreters (PEP 489), and needs no global interpreter lock (PEP 703).
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>
#include <string.h>

static Py_ssize_t count_bytes(const char *data, Py_ssize_t length, const char *pattern, Py_ssize_t pattern_length)
{
    Py_ssize_t count = 0;
    const char *end = data + length;
    while (end - data >= pattern_length) {
        const char *hit = memchr(data, pattern[0], (size_t)(end - data - pattern_length + 1));
        if (hit == NULL)
            break;
        int same = memcmp(hit, pattern, (size_t)pattern_length) == 0;
        count += same;
        data = hit + (same ? pattern_length : 1);
    }
    return count;
}

PyDoc_STRVAR(count_doc,
             "count(data, pattern, /)\n--\n\n"
             "How often a pattern occurs in a bytes-like object, without overlap.");

static PyObject *spam_count(PyObject *module, PyObject *args)
{
    Py_buffer data, pattern;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*y*:count", &data, &pattern))
        return NULL;
    PyObject *result = NULL;
    if (pattern.len == 0) {
        PyErr_SetString(PyExc_ValueError, "the pattern is empty");
    } else {
        Py_ssize_t count;
        Py_BEGIN_ALLOW_THREADS
        count = count_bytes(data.buf, data.len, pattern.buf, pattern.len);
        Py_END_ALLOW_THREADS
        result = PyLong_FromSsize_t(count);
    }
    PyBuffer_Release(&pattern);
    PyBuffer_Release(&data);
    return result;
}

/* Sums with Neumaier's correction: what a running sum adds and takes away again must not leave rounding errors. */
typedef struct {
    double sum;
    double lost;
} running_sum;

static void add(running_sum *running, double value)
{
    double next = running->sum + value;
    double larger = fabs(running->sum) >= fabs(value) ? running->sum : value;
    double smaller = larger == value ? running->sum : value;
    running->lost += (larger - next) + smaller;
    running->sum = next;
}

static running_sum sum_of(const double *values, Py_ssize_t length)
{
    running_sum running = {0.0, 0.0};
    for (Py_ssize_t index = 0; index < length; index++)
        add(&running, values[index]);
    return running;
}

static double average_of(running_sum running, Py_ssize_t length)
{
    /* The correction of an infinite sum is not a number. */
    double sum = isfinite(running.sum) ? running.sum + running.lost : running.sum;
    return sum / (double)length;
}

static void average(const double *values, Py_ssize_t length, Py_ssize_t window, double *averages)
{
    running_sum running = sum_of(values, window);
    averages[0] = average_of(running, window);
    for (Py_ssize_t first = 1; first + window <= length; first++) {
        double leaving = values[first - 1];
        if (isfinite(leaving)) {
            add(&running, values[first + window - 1]);
            add(&running, -leaving);
        } else {
            /* It cannot be taken away again. */
            running = sum_of(values + first, window);
        }
        averages[first] = average_of(running, window);
    }
}

static PyObject *list_of_floats(const double *values, Py_ssize_t length)
{
    PyObject *list = PyList_New(length);
    for (Py_ssize_t index = 0; list != NULL && index < length; index++) {
        PyObject *value = PyFloat_FromDouble(values[index]);
        if (value == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, index, value);
    }
    return list;
}

PyDoc_STRVAR(moving_average_doc,
             "moving_average(values, window, /)\n--\n\n"
             "The averages of each `window` neighbours in a buffer of doubles, such as array('d').");

static PyObject *spam_moving_average(PyObject *module, PyObject *args)
{
    PyObject *object;
    Py_ssize_t window;
    Py_buffer values;
    (void)module;
    if (!PyArg_ParseTuple(args, "On:moving_average", &object, &window))
        return NULL;
    if (PyObject_GetBuffer(object, &values, PyBUF_FORMAT | PyBUF_C_CONTIGUOUS) < 0)
        return NULL;
    PyObject *result = NULL;
    double *averages = NULL;
    Py_ssize_t length = values.itemsize == 0 ? 0 : values.len / values.itemsize;
    if (values.ndim != 1 || values.format == NULL || strcmp(values.format, "d") != 0) {
        PyErr_SetString(PyExc_TypeError, "values must be a one-dimensional buffer of doubles");
    } else if (!PyBuffer_IsContiguous(&values, 'C')) {
        /* Asked for above, but PyPy 7.3.11 gives any memoryview. */
        PyErr_SetString(PyExc_BufferError, "values must be contiguous");
    } else if (window < 1 || window > length) {
        PyErr_SetString(PyExc_ValueError, "window must be from 1 to the number of values");
    } else if ((averages = PyMem_New(double, (size_t)(length - window + 1))) == NULL) {
        PyErr_NoMemory();
    } else {
        Py_BEGIN_ALLOW_THREADS
        average(values.buf, length, window, averages);
        Py_END_ALLOW_THREADS
        result = list_of_floats(averages, length - window + 1);
    }
    PyMem_Free(averages);
    PyBuffer_Release(&values);
    return result;
}

static PyMethodDef methods[] = {
    {"count", spam_count, METH_VARARGS, count_doc},
    {"moving_average", spam_moving_average, METH_VARARGS, moving_average_doc},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "spam",
    .m_doc = "Searches and averages buffers.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_spam(void)
{
    return PyModuleDef_Init(&definition);
}
