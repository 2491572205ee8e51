#include <Python.h>
#include <curl/curl.h>
#include <libxml/parser.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
static PyObject* curlv(PyObject*s,PyObject*a){return PyUnicode_FromString(curl_version());}
static PyObject* xml(PyObject*s,PyObject*a){xmlDocPtr d=xmlReadMemory("<a><b/></a>",11,"x",NULL,0);int ok=d!=NULL;xmlFreeDoc(d);return PyLong_FromLong(ok);}
static PyObject* sha(PyObject*s,PyObject*a){unsigned char o[32];SHA256((unsigned char*)"abc",3,o);return PyBytes_FromStringAndSize((char*)o,32);}
static PyObject* ssl(PyObject*s,PyObject*a){SSL_CTX*c=SSL_CTX_new(TLS_client_method());int ok=c!=NULL;SSL_CTX_free(c);return PyLong_FromLong(ok);}
static PyMethodDef m[]={{"curl",curlv,METH_NOARGS,""},{"xml",xml,METH_NOARGS,""},{"sha",sha,METH_NOARGS,""},{"ssl",ssl,METH_NOARGS,""},{0}};
static struct PyModuleDef d={PyModuleDef_HEAD_INIT,"_graft",0,-1,m};
PyMODINIT_FUNC PyInit__graft(void){return PyModule_Create(&d);}
