// SPDX-License-Identifier: GPL-2.0-or-later
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Architecture.Tests.Kit;
using TestKit;

namespace Architecture.Tests;

/// <summary>The C boundary: l2tp_plane.h on one side, the exports on the other.</summary>
public sealed class BoundaryTests
{
    /// <summary>An exception that leaves an export ends the process, that is, somebody's VM.</summary>
    [Fact]
    public void No_exception_leaves_an_export()
    {
        Assert.NotEmpty(Managed.Exports);
        foreach (MethodInfo export in Managed.Exports)
        {
            Assert.True(Catches(export) || CannotThrow(export), $"{export.DeclaringType!.Name}.{export.Name} neither catches Exception nor is free of calls");
        }
    }

    [Fact]
    public void Every_export_is_called_the_C_way()
    {
        foreach (MethodInfo export in Managed.Exports)
        {
            CustomAttributeData attribute = export.CustomAttributes.Single(data => data.AttributeType == typeof(UnmanagedCallersOnlyAttribute));
            Assert.Contains("CallConvCdecl", attribute.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_exports_are_the_functions_of_the_header()
    {
        string[] declared = Declared();
        Assert.True(declared.Length >= 15, $"{declared.Length} functions found in the header");
        Assert.Equal(declared, Managed.Exports.Select(method => Managed.EntryPoint(method)!).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void An_export_has_as_many_parameters_as_its_declaration()
    {
        string header = Header();
        foreach (MethodInfo export in Managed.Exports)
        {
            Match declaration = Regex.Match(header, $@"\b{Managed.EntryPoint(export)}\(([^)]*)\)");
            string parameters = declaration.Groups[1].Value;
            Assert.True(export.GetParameters().Length == (parameters is "void" ? 0 : parameters.Split(',').Length), $"{export.Name}({parameters})");
        }
    }

    /// <summary>The functions that l2tp_plane.h declares, sorted.</summary>
    internal static string[] Declared() =>
        [.. Regex.Matches(Header(), @"\b(l2tp_(?:plane|session)_\w+)\(").Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string Header()
    {
        string header = File.ReadAllText(Path.Combine(Plugin.RepositoryRoot, "native", "include", "l2tp_plane.h"));
        return Regex.Replace(header, @"/\*.*?\*/", string.Empty, RegexOptions.Singleline);
    }

    private static bool Catches(MethodInfo method) =>
        method.GetMethodBody()!.ExceptionHandlingClauses.Any(clause =>
            clause.Flags == ExceptionHandlingClauseOptions.Clause && clause.CatchType == typeof(Exception));

    /// <summary>Only loads, stores, arithmetic and branches, and calls of methods that hold the rule themselves.</summary>
    private static bool CannotThrow(MethodInfo method)
    {
        HashSet<OpCode> throwing = [OpCodes.Throw, OpCodes.Newarr, OpCodes.Castclass, OpCodes.Unbox_Any, OpCodes.Div, OpCodes.Rem, OpCodes.Callvirt, OpCodes.Calli];
        return IntermediateCode.Read(method).All(instruction =>
            !throwing.Contains(instruction.OpCode)
            && (instruction.Called is not MethodInfo called || (called.DeclaringType == method.DeclaringType && (Catches(called) || CannotThrow(called))))
            && instruction.Called is not ConstructorInfo);
    }
}
