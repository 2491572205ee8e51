/*
 * An extension module for the stable ABI (PEP 384): compiled once, with Py_LIMITED_API from the build, it is loaded by
 * Python 3.8 and everything newer. Buffers became part of that ABI in 3.11 only, so it takes bytes.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

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
             "How often a pattern occurs in bytes, without overlap.");

static PyObject *spam_count(PyObject *module, PyObject *args)
{
    PyObject *data_object, *pattern_object;
    char *data, *pattern;
    Py_ssize_t length, pattern_length, count;
    (void)module;
    if (!PyArg_ParseTuple(args, "SS:count", &data_object, &pattern_object))
        return NULL;
    if (PyBytes_AsStringAndSize(data_object, &data, &length) < 0 ||
        PyBytes_AsStringAndSize(pattern_object, &pattern, &pattern_length) < 0)
        return NULL;
    if (pattern_length == 0) {
        PyErr_SetString(PyExc_ValueError, "the pattern is empty");
        return NULL;
    }
    /* Bytes do not change, and `args` keeps them alive. */
    Py_BEGIN_ALLOW_THREADS
    count = count_bytes(data, length, pattern, pattern_length);
    Py_END_ALLOW_THREADS
    return PyLong_FromSsize_t(count);
}

static PyMethodDef methods[] = {
    {"count", spam_count, METH_VARARGS, count_doc},
    {NULL, NULL, 0, NULL},
};

/* Slots newer than the limited API are there when this is built for one free-threaded Python. */
static PyModuleDef_Slot slots[] = {
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "spam_abi3",
    .m_doc = "Searches bytes.",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_spam_abi3(void)
{
    return PyModuleDef_Init(&definition);
}
