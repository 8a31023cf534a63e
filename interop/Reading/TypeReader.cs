// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;
using ClangSharp.Interop;
using L2tpv3.Interop.Model;

namespace L2tpv3.Interop.Reading;

/// <summary>Makes a <see cref="CType"/> of what libclang says of a type.</summary>
internal static class TypeReader
{
    public static CType Read(CXType type) => type.kind switch
    {
        CXTypeKind.CXType_Typedef => Typedef(type),
        CXTypeKind.CXType_Elaborated => Read(clang.Type_getNamedType(type)) with { Spelling = ClangText.Spelling(type) },
        CXTypeKind.CXType_Void => Plain(type, CTypeKind.Void),
        CXTypeKind.CXType_Bool => Plain(type, CTypeKind.Boolean),
        CXTypeKind.CXType_Float or CXTypeKind.CXType_Double => Plain(type, CTypeKind.Float),
        CXTypeKind.CXType_Enum => Read(clang.getEnumDeclIntegerType(clang.getTypeDeclaration(type))) with { Spelling = ClangText.Spelling(type) },
        CXTypeKind.CXType_Pointer => Pointer(type),
        CXTypeKind.CXType_ConstantArray or CXTypeKind.CXType_IncompleteArray => Array(type),
        CXTypeKind.CXType_FunctionProto or CXTypeKind.CXType_FunctionNoProto => Function(type),
        CXTypeKind.CXType_Record => Plain(type, CTypeKind.Record) with { Name = RecordName(clang.getTypeDeclaration(type)) },
        CXTypeKind.CXType_Char_U or CXTypeKind.CXType_UChar or CXTypeKind.CXType_UShort or CXTypeKind.CXType_UInt
            or CXTypeKind.CXType_ULong or CXTypeKind.CXType_ULongLong => Plain(type, CTypeKind.Integer),
        CXTypeKind.CXType_Char_S or CXTypeKind.CXType_SChar or CXTypeKind.CXType_Short or CXTypeKind.CXType_Int
            or CXTypeKind.CXType_Long or CXTypeKind.CXType_LongLong => Plain(type, CTypeKind.Integer) with { IsSigned = true },
        _ => Canonical(type),
    };

    /// <summary>The tag of a record; empty when it has none, which newer libclangs put into words.</summary>
    public static string RecordName(CXCursor declaration)
    {
        string name = ClangText.Spelling(declaration);
        return name.Contains(' ', System.StringComparison.Ordinal) ? string.Empty : name;
    }

    private static CType Typedef(CXType type)
    {
        string name = ClangText.Take(clang.getTypedefName(type));
        CType underlying = Read(clang.getTypedefDeclUnderlyingType(clang.getTypeDeclaration(type)));
        bool hasTag = underlying is { Kind: CTypeKind.Record, Name.Length: > 0 };
        return underlying with { Spelling = ClangText.Spelling(type), Name = hasTag ? underlying.Name : name };
    }

    private static CType Plain(CXType type, CTypeKind kind) =>
        new(kind, ClangText.Spelling(type), kind == CTypeKind.Void ? 0 : int.Max(0, (int)clang.Type_getSizeOf(type)))
        {
            Alignment = int.Max(1, (int)clang.Type_getAlignOf(type)),
        };

    private static CType Pointer(CXType type) => Plain(type, CTypeKind.Pointer) with { Element = Read(clang.getPointeeType(type)) };

    private static CType Array(CXType type) => Plain(type, CTypeKind.Array) with
    {
        Element = Read(clang.getArrayElementType(type)),
        Count = int.Max(0, (int)clang.getArraySize(type)),
    };

    private static CType Function(CXType type)
    {
        List<CType> parameters = [];
        for (uint i = 0; i < clang.getNumArgTypes(type); i++)
        {
            parameters.Add(Read(clang.getArgType(type, i)));
        }

        return new CType(CTypeKind.Function, ClangText.Spelling(type), 0)
        {
            Element = Read(clang.getResultType(type)),
            Parameters = parameters,
        };
    }

    /// <summary>typeof, attributes, parentheses: looked through.</summary>
    private static CType Canonical(CXType type)
    {
        CXType canonical = clang.getCanonicalType(type);
        return canonical.kind == type.kind
            ? throw new HeaderException($"{ClangText.Spelling(type)}: no such type has been thought of")
            : Read(canonical) with { Spelling = ClangText.Spelling(type) };
    }
}
