// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;
using System.Globalization;
using L2tpv3.Interop.Lists;
using L2tpv3.Interop.Model;

namespace L2tpv3.Interop.Writing;

/// <summary>Writes a class of constants.</summary>
internal static partial class ConstantsFile
{
    /// <summary>Writes it.</summary>
    /// <param name="list">Whose class it is.</param>
    /// <param name="constants">Name, remarks and names.</param>
    /// <param name="values">The constants of each group.</param>
    public static string Write(BindingList list, ConstantClass constants, IReadOnlyList<IReadOnlyList<CConstant>> values)
    {
        CSharpFile file = new(list.Namespace, usesInterop: false);
        file.Summary(constants.Summary);
        file.Open($"internal static partial class {constants.Name}");
        for (int i = 0; i < constants.Groups.Count; i++)
        {
            if (i > 0)
            {
                file.Line();
            }

            file.Line($"// {constants.Groups[i].Remark}");
            foreach (CConstant constant in values[i])
            {
                file.Line($"internal const {CSharpTypes.Integer(constant.Type.Size, constant.Type.IsSigned)} {constant.Name} = {Value(constant)};");
            }
        }

        file.Close();
        return file.ToString();
    }

    /// <summary>Flags and masks are unsigned in C, or else numbers like others.</summary>
    private static string Value(CConstant constant) => constant.Type.IsSigned
        ? constant.Value.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"0x{(constant.Type.Size < sizeof(long) ? (uint)constant.Value : (ulong)constant.Value):X}");
}
