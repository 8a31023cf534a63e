// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.Interop.Reading;

/// <summary>Where gcc has the headers that are the compiler's own.</summary>
internal static class CompilerHeaders
{
    private static readonly Lazy<string> s_folder = new(Ask);

    public static string Folder => s_folder.Value;

    private static string Ask() => Tool.Output("gcc", ["-print-file-name=include"]).Trim();
}
