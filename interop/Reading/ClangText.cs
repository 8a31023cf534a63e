// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ClangSharp.Interop;

namespace L2tpv3.Interop.Reading;

/// <summary>Strings and lists across the boundary to libclang.</summary>
internal static unsafe class ClangText
{
    /// <summary>Takes a string over.</summary>
    /// <param name="text">From libclang; disposed here.</param>
    public static string Take(CXString text)
    {
        string result = Marshal.PtrToStringUTF8((nint)clang.getCString(text)) ?? string.Empty;
        clang.disposeString(text);
        return result;
    }

    public static string Spelling(CXCursor cursor) => Take(clang.getCursorSpelling(cursor));

    public static string Spelling(CXType type) => Take(clang.getTypeSpelling(type));

    /// <summary>The path of the file that declares something.</summary>
    public static string File(CXCursor cursor)
    {
        void* file;
        uint line;
        uint column;
        uint offset;
        clang.getExpansionLocation(clang.getCursorLocation(cursor), &file, &line, &column, &offset);
        return file is null ? string.Empty : Take(clang.getFileName(file));
    }

    /// <summary>What is directly inside of something.</summary>
    public static List<CXCursor> Children(CXCursor parent)
    {
        List<CXCursor> children = [];
        GCHandle handle = GCHandle.Alloc(children);
        try
        {
            // The callback runs inside this call only, on this thread.
            _ = clang.visitChildren(parent, &Add, (void*)GCHandle.ToIntPtr(handle));
        }
        finally
        {
            handle.Free();
        }

        return children;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static CXChildVisitResult Add(CXCursor cursor, CXCursor parent, void* children)
    {
        ((List<CXCursor>)GCHandle.FromIntPtr((nint)children).Target!).Add(cursor);
        return CXChildVisitResult.CXChildVisit_Continue;
    }
}
