// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using ClangSharp.Interop;
using L2tpv3.Interop.Model;

namespace L2tpv3.Interop.Reading;

/// <summary>Makes a <see cref="CRecord"/> of what libclang says of a struct or union.</summary>
internal static unsafe class RecordReader
{
    private static readonly string[] s_systemFolders = ["/usr/include/x86_64-linux-gnu/", "/usr/include/"];

    /// <summary>Reads a record and all fields that C knows by a name in it.</summary>
    /// <param name="declaration">The definition.</param>
    /// <param name="name">What to call it.</param>
    public static CRecord Read(CXCursor declaration, string name)
    {
        CXType type = clang.getCursorType(declaration);
        int size = (int)clang.Type_getSizeOf(type);
        if (size < 0)
        {
            throw new HeaderException($"struct {name} is declared only, not defined");
        }

        List<CField> fields = [];
        AddFields(fields, declaration, type, name);
        return new CRecord(name, size, (int)clang.Type_getAlignOf(type), HeaderName(ClangText.File(declaration)), fields);
    }

    private static void AddFields(List<CField> fields, CXCursor declaration, CXType outermost, string recordName)
    {
        foreach (CXCursor member in ClangText.Children(declaration))
        {
            if (member.kind is CXCursorKind.CXCursor_StructDecl or CXCursorKind.CXCursor_UnionDecl)
            {
                // A nameless record without a declarator: its fields are the outer record's own.
                if (clang.Cursor_isAnonymousRecordDecl(member) != 0)
                {
                    AddFields(fields, member, outermost, recordName);
                }
            }
            else if (member.kind == CXCursorKind.CXCursor_FieldDecl && ClangText.Spelling(member) is { Length: > 0 } name)
            {
                fields.Add(Field(member, name, BitOffset(outermost, name), recordName));
            }
        }
    }

    private static CField Field(CXCursor member, string name, int bitOffset, string recordName)
    {
        CType type = TypeReader.Read(clang.getCursorType(member));
        CType inner = type;
        CXType clangType = clang.getCanonicalType(clang.getCursorType(member));
        while (inner is { Kind: CTypeKind.Array, Element: { } element })
        {
            inner = element;
            clangType = clang.getCanonicalType(clang.getArrayElementType(clangType));
        }

        bool isNameless = inner is { Kind: CTypeKind.Record, Name.Length: 0 };
        return new CField(name, bitOffset, type)
        {
            BitWidth = clang.Cursor_isBitField(member) != 0 ? clang.getFieldDeclBitWidth(member) : 0,
            Nested = isNameless ? Read(clang.getTypeDeclaration(clangType), $"{recordName}.{name}") : null,
        };
    }

    private static int BitOffset(CXType record, string field)
    {
        nint name = Marshal.StringToCoTaskMemUTF8(field);
        long offset = clang.Type_getOffsetOf(record, (sbyte*)name);
        Marshal.FreeCoTaskMem(name);
        return offset >= 0 ? (int)offset : throw new HeaderException($"{field} has no offset: {offset}");
    }

    private static string HeaderName(string path)
    {
        foreach (string folder in s_systemFolders)
        {
            if (path.StartsWith(folder, StringComparison.Ordinal))
            {
                return path[folder.Length..];
            }
        }

        return System.IO.Path.GetFileName(path);
    }
}
