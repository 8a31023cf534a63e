// SPDX-License-Identifier: GPL-2.0-or-later
//
// One C file, parsed by libclang, and what is asked about it.
//
// A macro has no type and no value until it is used. So the file gets a variable for each constant that is asked for,
//
//     static const __typeof__(NAME) constant_of_NAME = NAME;
//
// and libclang tells the variable's type and the value of its initialiser. gcc's own headers (stddef.h and such) are used
// instead of clang's: gcc is there anyway, and is the judge of the result (tests/Interop.Tests).

using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using ClangSharp.Interop;
using L2tpv3.Interop.Model;

namespace L2tpv3.Interop.Reading;

/// <summary>A parsed C file.</summary>
internal sealed unsafe class Header : IDisposable
{
    private const string VariablePrefix = "constant_of_";
    private readonly void* _index;
    private readonly CXTranslationUnitImpl* _unit;
    private readonly Dictionary<string, CXCursor> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CXCursor> _typedefs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CXCursor> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CXCursor> _variables = new(StringComparer.Ordinal);

    /// <summary>Parses.</summary>
    /// <param name="text">The C file.</param>
    /// <param name="constants">Whose values will be asked for.</param>
    /// <param name="options">As for a C compiler: -I, -D.</param>
    /// <exception cref="HeaderException">The compiler's words.</exception>
    public Header(string text, IEnumerable<string> constants, IEnumerable<string> options)
    {
        StringBuilder file = new(text);
        file.Append('\n');
        foreach (string name in constants)
        {
            file.Append("static const __typeof__(").Append(name).Append(") ").Append(VariablePrefix).Append(name).Append(" = ").Append(name).Append(";\n");
        }

        _index = clang.createIndex(0, 0);
        _unit = Parse(_index, file.ToString(), [.. options, "-std=gnu11", "-nobuiltininc", "-isystem", CompilerHeaders.Folder, "-Wno-unused"]);
        try
        {
            ThrowOnErrors();
            Sort();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether there is such a struct or union.</summary>
    /// <param name="name">Its tag, or a typedef.</param>
    public bool HasRecord(string name) => _records.ContainsKey(name) || _typedefs.ContainsKey(name);

    /// <summary>A struct or union.</summary>
    /// <param name="name">Its tag, or a typedef.</param>
    public CRecord Record(string name)
    {
        if (_records.TryGetValue(name, out CXCursor record))
        {
            return RecordReader.Read(record, name);
        }

        CXType type = _typedefs.TryGetValue(name, out CXCursor typedef)
            ? clang.getCanonicalType(clang.getCursorType(typedef))
            : throw new HeaderException($"struct {name} is in none of the headers");
        return RecordReader.Read(clang.getTypeDeclaration(type), name);
    }

    /// <summary>A constant that the constructor was told of.</summary>
    public CConstant Constant(string name)
    {
        CXCursor variable = _variables[VariablePrefix + name];
        void* value = clang.Cursor_Evaluate(variable);
        if (value is null || clang.EvalResult_getKind(value) != CXEvalResultKind.CXEval_Int)
        {
            throw new HeaderException($"{name} is no integer constant");
        }

        CType type = TypeReader.Read(clang.getCanonicalType(clang.getCursorType(variable)));
        CConstant constant = new(name, clang.EvalResult_getAsLongLong(value), type with { Spelling = type.Spelling.Replace("const ", string.Empty, StringComparison.Ordinal) });
        clang.EvalResult_dispose(value);
        return constant;
    }

    /// <summary>The type of a function.</summary>
    public CType Function(string name) => _functions.TryGetValue(name, out CXCursor function)
        ? TypeReader.Read(clang.getCursorType(function))
        : throw new HeaderException($"{name}() is in none of the headers");

    /// <inheritdoc/>
    public void Dispose()
    {
        clang.disposeTranslationUnit(_unit);
        clang.disposeIndex(_index);
    }

    private static CXTranslationUnitImpl* Parse(void* index, string text, IReadOnlyList<string> options)
    {
        sbyte* path = Native("input.c");
        sbyte* contents = Native(text);
        sbyte** arguments = stackalloc sbyte*[options.Count];
        for (int i = 0; i < options.Count; i++)
        {
            arguments[i] = Native(options[i]);
        }

        CXUnsavedFile file = new() { Filename = path, Contents = contents, Length = (nuint)Encoding.UTF8.GetByteCount(text) };
        CXTranslationUnitImpl* unit;
        CXErrorCode error = clang.parseTranslationUnit2(index, path, arguments, options.Count, &file, 1, 0, &unit);
        Marshal.FreeCoTaskMem((nint)path);
        Marshal.FreeCoTaskMem((nint)contents);
        for (int i = 0; i < options.Count; i++)
        {
            Marshal.FreeCoTaskMem((nint)arguments[i]);
        }

        return error == CXErrorCode.CXError_Success ? unit : throw new HeaderException($"libclang: {error}");
    }

    private static sbyte* Native(string text) => (sbyte*)Marshal.StringToCoTaskMemUTF8(text);

    private void ThrowOnErrors()
    {
        List<string> errors = [];
        for (uint i = 0; i < clang.getNumDiagnostics(_unit); i++)
        {
            void* diagnostic = clang.getDiagnostic(_unit, i);
            if (clang.getDiagnosticSeverity(diagnostic) >= CXDiagnosticSeverity.CXDiagnostic_Error)
            {
                errors.Add(ClangText.Take(clang.formatDiagnostic(diagnostic, clang.defaultDiagnosticDisplayOptions())));
            }

            clang.disposeDiagnostic(diagnostic);
        }

        if (errors.Count > 0)
        {
            throw new HeaderException(string.Join('\n', errors.Take(10)));
        }
    }

    private void Sort()
    {
        foreach (CXCursor cursor in ClangText.Children(clang.getTranslationUnitCursor(_unit)))
        {
            Dictionary<string, CXCursor>? names = cursor.kind switch
            {
                CXCursorKind.CXCursor_StructDecl or CXCursorKind.CXCursor_UnionDecl when clang.isCursorDefinition(cursor) != 0 => _records,
                CXCursorKind.CXCursor_TypedefDecl => _typedefs,
                CXCursorKind.CXCursor_FunctionDecl => _functions,
                CXCursorKind.CXCursor_VarDecl => _variables,
                _ => null,
            };
            names?.TryAdd(ClangText.Spelling(cursor), cursor);
        }
    }
}
