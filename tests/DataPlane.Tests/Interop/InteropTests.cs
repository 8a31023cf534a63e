// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;
using TestKit;

namespace DataPlane.Tests.Interop;

/// <summary>
/// The C# declarations of C things are the C things. All of the Interop folder is checked: a struct or constant added there
/// is in the test at once, and if its header is not in the list below, gcc does not know it and the test fails.
/// </summary>
public sealed class InteropTests
{
    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly string[] s_headers =
    [
        "errno.h", "netdb.h", "netinet/in.h", "netinet/udp.h", "sys/socket.h", "sys/uio.h", "linux/filter.h",
    ];

    /// <summary>Not in glibc's headers, and the kernel's cannot be read beside them.</summary>
    private static readonly Dictionary<string, string> s_kernelHeaders = new(StringComparer.Ordinal)
    {
        ["IPPROTO_L2TP"] = "linux/in.h",
    };

    /// <summary>Names of ours for combinations that C composes at each use.</summary>
    private static readonly Dictionary<string, string> s_composed = new(StringComparer.Ordinal)
    {
        ["BPF_LD_W_ABS"] = "BPF_LD | BPF_W | BPF_ABS",
        ["BPF_LD_W_IND"] = "BPF_LD | BPF_W | BPF_IND",
        ["BPF_LDX_B_MSH"] = "BPF_LDX | BPF_B | BPF_MSH",
        ["BPF_JMP_JEQ_K"] = "BPF_JMP | BPF_JEQ | BPF_K",
        ["BPF_RET_K"] = "BPF_RET | BPF_K",
        // A negative int in C, which is what an unsigned k of sock_filter takes.
        ["SKF_NET_OFF"] = "(__u32)SKF_NET_OFF",
    };

    [Fact]
    public void Every_struct_has_the_size_and_offsets_of_its_C_struct()
    {
        CProgram program = new(s_headers);
        Type[] structs = [.. InteropTypes().Where(type => type.IsValueType && !type.IsEnum)];
        Assert.True(structs.Length >= 10, $"{structs.Length} structs");
        foreach (Type type in structs)
        {
            // Blittable, so what C# computes is what it hands over.
            int size = RuntimeHelpers.SizeOf(type.TypeHandle);
            Assert.Equal(size, Marshal.SizeOf(type));
            program.Assert($"sizeof(struct {type.Name}) == {size}");
            foreach (FieldInfo field in type.GetFields(Everything))
            {
                string name = field.Name;
                program.Assert($"offsetof(struct {type.Name}, {name}) == {Marshal.OffsetOf(type, name)}");
                program.Assert($"sizeof(((struct {type.Name} *)0)->{name}) == {RuntimeHelpers.SizeOf(field.FieldType.TypeHandle)}");
            }
        }

        AssertCompiles(program);
    }

    [Fact]
    public void Every_constant_has_the_value_of_its_C_constant()
    {
        CProgram program = new(s_headers);
        FieldInfo[] constants = [.. InteropTypes().SelectMany(type => type.GetFields(Everything)).Where(IsNumber)];
        Assert.True(constants.Length >= 40, $"{constants.Length} constants");
        foreach (FieldInfo constant in constants)
        {
            string c = s_composed.GetValueOrDefault(constant.Name, constant.Name);
            string equation = $"({c}) == {Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture)}L";
            if (s_kernelHeaders.TryGetValue(constant.Name, out string? header))
            {
                CProgram alone = new(header);
                alone.Assert(equation);
                AssertCompiles(alone);
            }
            else
            {
                program.Assert(equation);
            }
        }

        string[] exceptions = [.. s_composed.Keys, .. s_kernelHeaders.Keys];
        Assert.Empty(exceptions.Except(constants.Select(constant => constant.Name), StringComparer.Ordinal));
        AssertCompiles(program);
    }

    [Fact]
    public void Every_imported_function_exists_with_as_many_parameters_and_a_result_of_the_same_size()
    {
        CProgram program = new([.. s_headers, "unistd.h"]);
        MethodInfo[] functions = [.. typeof(Libc).GetMethods(Everything).Where(IsImport)];
        Assert.True(functions.Length >= 10, $"{functions.Length} functions");
        foreach (MethodInfo function in functions)
        {
            string zeros = string.Join(", ", function.GetParameters().Select(_ => "0"));
            program.Assert($"sizeof({function.Name}({zeros})) == {SizeOf(function.ReturnType)} || {SizeOf(function.ReturnType)} == 0");
        }

        AssertCompiles(program);
    }

    [Fact]
    public void The_compiler_would_notice()
    {
        CProgram program = new(s_headers);
        program.Assert("sizeof(struct iovec) == 8");
        Assert.NotEqual(0, program.Compile().ExitStatus);
    }

    private static bool IsNumber(FieldInfo field) => field.IsLiteral && field.FieldType.IsPrimitive;

    private static bool IsImport(MethodInfo method) =>
        method.DeclaringType == typeof(Libc) && method.IsAssembly && !method.Name.Contains('<', StringComparison.Ordinal);

    private static int SizeOf(Type type) => type == typeof(void) ? 0 : type.IsPointer ? IntPtr.Size : RuntimeHelpers.SizeOf(type.TypeHandle);

    private static IEnumerable<Type> InteropTypes() =>
        typeof(iovec).Assembly.GetTypes().Where(type => type is { Namespace: "L2tpv3.DataPlane.Interop", IsNested: false });

    private static void AssertCompiles(CProgram program)
    {
        ProcessResult result = program.Compile();
        Assert.True(program.Assertions > 0);
        Assert.True(result.ExitStatus == 0, result.StandardError);
    }
}
