// SPDX-License-Identifier: GPL-2.0-or-later
using System.Reflection;
using System.Runtime.InteropServices;

namespace Architecture.Tests.Kit;

/// <summary>The two assemblies of managed/.</summary>
internal static class Managed
{
    public static Assembly Packets { get; } = Assembly.Load("L2tpv3.Packets");

    public static Assembly DataPlane { get; } = Assembly.Load("L2tpv3.DataPlane");

    /// <summary>The methods that C calls.</summary>
    public static MethodInfo[] Exports { get; } =
        [.. DataPlane.GetTypes().SelectMany(IntermediateCode.MethodsOf).OfType<MethodInfo>().Where(method => EntryPoint(method) is not null)];

    /// <summary>The C name of a method, null when C does not call it.</summary>
    public static string? EntryPoint(MethodInfo method)
    {
        CustomAttributeData? attribute = method.CustomAttributes.FirstOrDefault(data => data.AttributeType == typeof(UnmanagedCallersOnlyAttribute));
        IList<CustomAttributeNamedArgument> arguments = attribute?.NamedArguments ?? [];
        return attribute is null
            ? null
            : (string?)arguments.FirstOrDefault(argument => argument.MemberName is nameof(UnmanagedCallersOnlyAttribute.EntryPoint)).TypedValue.Value ?? method.Name;
    }
}
