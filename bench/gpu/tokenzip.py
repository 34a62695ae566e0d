# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
"""libtokenzip through ctypes, its structs and signatures read from the C headers themselves.

An operator that a header declares can be called without a line of binding, its arguments by the
names that the header gives them:

    lib = Library("libtokenzip.so", "native/include/tokenzip")
    params = lib.struct("tkz_relevance_params", softmax=1, scale=100.0)   # sets `size` as well
    call = lib.bind("tkz_relevance", params=params, features=e, text=t, scores=s)
    call()                                   # raises TokenZipError on a negative status

PyTorch tensors become tkz_tensor where one is expected and addresses elsewhere. The context and the
stream are the library's, pointers that are not named are NULL, `workspace_bytes` is the size of
`workspace`. What a bound call refers to lives as long as the call.
"""
import ctypes
import glob
import os
import re

import torch

SCALARS = {
    "int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32, "int64_t": ctypes.c_int64,
    "size_t": ctypes.c_size_t, "float": ctypes.c_float, "double": ctypes.c_double,
    "tkz_stream": ctypes.c_void_p,
}
DTYPES = {torch.float32: "TKZ_F32", torch.float16: "TKZ_F16", torch.bfloat16: "TKZ_BF16",
          torch.int32: "TKZ_I32", torch.int64: "TKZ_I64"}


class TokenZipError(RuntimeError):
    """A negative tkz_status and the library's sentence."""


def _without_comments(text):
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)
    return text.replace("TKZ_API ", "TKZ_API:")


class _Address(ctypes.c_void_p):
    """The address of a tensor, which it keeps alive."""

    def __init__(self, tensor):
        super().__init__(tensor.data_ptr())
        self.tensor = tensor


class Headers:
    """Enums, structs and functions of the headers in a folder."""

    def __init__(self, folder):
        text = "\n".join(_without_comments(open(path, encoding="utf-8").read())
                         for path in sorted(glob.glob(os.path.join(folder, "*.h"))))
        self.constants = {name: int(value) for name, value in
                          re.findall(r"#define (TKZ_\w+) (\d+)\s", text)}
        for body in re.findall(r"typedef enum \w+ \{(.*?)\}", text, re.S):
            for name, value in re.findall(r"(TKZ_\w+) = (-?\d+)", body):
                self.constants[name] = int(value)
        self._bodies = {name: body for body, name in
                        re.findall(r"typedef struct \w+ \{([^}]*)\} (\w+);", text)}
        self.structs = {}
        for name in self._bodies:
            self.struct(name)
        self.functions = {name: (result.strip(), arguments) for result, name, arguments in
                          re.findall(r"TKZ_API:([\w \*]+?)(tkz_\w+)\(([^)]*)\);", text)}

    def struct(self, name):
        """The ctypes class of a struct; structs inside it first."""
        if name not in self.structs:
            fields = []
            for declaration in self._bodies[name].split(";"):
                fields += self._fields(" ".join(declaration.split()))
            self.structs[name] = type(name, (ctypes.Structure,), {"_fields_": fields})
        return self.structs[name]

    def _fields(self, declaration):
        if not declaration:
            return []
        kind, names = re.match(r"((?:const )?\w+(?: ?\*)?) (.*)", declaration).groups()
        fields = []
        for name in names.split(","):
            field, extent = re.match(r"\s*(\w+)(?:\[(\w+)\])?\s*$", name).groups()
            ctype = self._type(kind)
            if extent:
                ctype = ctype * (int(extent) if extent.isdigit() else self.constants[extent])
            fields.append((field, ctype))
        return fields

    def _type(self, kind):
        if "*" in kind:
            return ctypes.c_void_p
        kind = kind.replace("const ", "").strip()
        return SCALARS[kind] if kind in SCALARS else self.struct(kind)

    def arguments(self, name):
        """(name, ctypes type) of every argument of a function."""
        result = []
        for argument in self.functions[name][1].split(","):
            argument = " ".join(argument.split())
            if argument in ("void", ""):
                continue
            kind, label = re.match(r"(.*?[ *])(\w+)(?:\[\w+\])?$", argument).groups()
            struct = re.match(r"(?:const )?(\w+) ?\*", kind)
            if struct and struct.group(1) in self._bodies and kind.count("*") == 1:
                ctype = ctypes.POINTER(self.struct(struct.group(1)))
            elif "*" in kind or argument.endswith("]"):
                ctype = ctypes.c_void_p
            else:
                ctype = self._type(kind.strip())
            result.append((label, ctype))
        return result


class Library:
    """A loaded libtokenzip and one context on `backend` ("cpu", "cuda", "emulation")."""

    def __init__(self, path, headers, backend="cuda", device=0, threads=0):
        self.headers = Headers(headers)
        self.constants = self.headers.constants
        self._library = ctypes.CDLL(os.path.abspath(path))
        for name, (result, _) in self.headers.functions.items():
            if not hasattr(self._library, name):
                continue
            function = getattr(self._library, name)
            function.argtypes = [ctype for _, ctype in self.headers.arguments(name)]
            function.restype = (ctypes.c_char_p if "char" in result else
                                None if result == "void" else SCALARS[result])
        self.stream = None  # a cudaStream_t; None is the legacy default stream
        context = ctypes.c_void_p()
        number = self.constants["TKZ_BACKEND_" + backend.upper()]
        self._check("tkz_ctx_create", self._library.tkz_ctx_create(
            number, device, threads, ctypes.byref(context)))
        self.context = context
        if backend == "cuda":
            self._check("tkz_preload", self._library.tkz_preload(context))

    def has(self, name):
        return name in self.headers.functions and hasattr(self._library, name)

    def build_info(self):
        return self._library.tkz_build_info().decode()

    def struct(self, name, **values):
        """A struct; `size` is filled in, tensors become their addresses, lists become arrays."""
        result = self.headers.struct(name)()
        if hasattr(result, "size") and "size" not in values:
            result.size = ctypes.sizeof(result)
        kept = []
        for field, value in values.items():
            if isinstance(value, torch.Tensor):
                kept.append(value)
                value = value.data_ptr()
            elif isinstance(value, (list, tuple)):
                value = type(getattr(result, field))(*value)
            setattr(result, field, value)
        result.alive = kept  # ctypes structures take Python attributes; this one keeps memory
        return result

    def tensor(self, tensor):
        return self.struct("tkz_tensor", data=tensor, ndim=tensor.dim(),
                           dtype=self.constants[DTYPES[tensor.dtype]],
                           shape=list(tensor.shape) + [0] * (5 - tensor.dim()),
                           stride=list(tensor.stride()) + [0] * (5 - tensor.dim()))

    def bind(self, name, **given):
        """A call without arguments that makes the call with these, on the stream of the moment."""
        function = getattr(self._library, name)
        values = []
        stream_at = None
        workspace = given.get("workspace")
        for label, ctype in self.headers.arguments(name):
            if label == "ctx":
                value = self.context
            elif label == "stream":
                value, stream_at = None, len(values)
            elif label == "workspace_bytes" and label not in given:
                value = 0 if workspace is None else workspace.numel()
            elif label not in given and ctype in SCALARS.values() and ctype is not ctypes.c_void_p:
                raise TypeError(f"{name} needs {label}")
            else:
                value = given.pop(label, None)
            values.append(self._convert(value, ctype))
        if given:
            raise TypeError(f"{name} has no {', '.join(given)}")

        if stream_at is None:
            def call():
                self._check(name, function(*values))
        else:
            before, after = values[:stream_at], values[stream_at + 1:]

            def call():
                status = function(*before, self.stream, *after)
                if status < 0:
                    self._check(name, status)
        call.kept = values
        return call

    def call(self, name, **arguments):
        self.bind(name, **arguments)()

    def workspace(self, name, device, **arguments):
        """The memory that `name`, a tkz_.._workspace function, asks for with these arguments."""
        size = ctypes.c_size_t()
        self.call(name, bytes=ctypes.byref(size), **arguments)
        memory = torch.empty(size.value + 256, dtype=torch.uint8, device=device)
        offset = -memory.data_ptr() % 256
        return memory[offset:offset + size.value]

    def _convert(self, value, ctype):
        if isinstance(value, torch.Tensor):
            if ctype is ctypes.c_void_p:
                return _Address(value)
            value = self.tensor(value)
        if isinstance(value, (list, tuple)):
            if isinstance(value[0], torch.Tensor):  # an array of pointers to tensors
                views = [ctypes.pointer(self.tensor(tensor)) for tensor in value]
                return (type(views[0]) * len(views))(*views)
            value = (ctypes.c_int64 * len(value))(*value)
        if isinstance(value, ctypes.Structure):
            return ctypes.byref(value)
        return value

    def _check(self, name, status):
        if status < 0:
            sentence = self._library.tkz_last_error().decode()
            raise TokenZipError(f"{name} returned {status}: {sentence}")
