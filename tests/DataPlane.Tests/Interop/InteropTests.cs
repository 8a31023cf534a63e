// SPDX-License-Identifier: GPL-2.0-or-later
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.Wire;

namespace DataPlane.Tests.Interop;

/// <summary>
/// The C# declarations of C things are the C things: gcc says so. All of the Interop folder is checked, and what is generated
/// for Packets. The generator (interop/) is not believed.
/// </summary>
public sealed class InteropTests
{
    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>What the generator reads: interop/headers.</summary>
    private static readonly string[] s_headers = ["linux.h", "virtio-net.h", "plane.h"];

    /// <summary>Not in glibc's headers, and the kernel's cannot be read beside them.</summary>
    private static readonly Dictionary<string, string> s_kernelHeaders = new(StringComparer.Ordinal)
    {
        ["IPPROTO_L2TP"] = "linux/in.h",
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
            string equation = $"({Expression(constant)}) == {Convert.ToInt64(constant.GetRawConstantValue(), CultureInfo.InvariantCulture)}L";
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

        Assert.Empty(s_kernelHeaders.Keys.Except(constants.Select(constant => constant.Name), StringComparer.Ordinal));
        AssertCompiles(program);
    }

    [Fact]
    public void Every_imported_function_exists_with_as_many_parameters_and_a_result_of_the_same_size()
    {
        CProgram program = new([.. s_headers, "stdio.h", "stdlib.h", "unistd.h"]);
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

    /// <summary>What a constant is in C: itself, or the size or an offset of a struct (sizeof_NAME, offsetof_NAME_FIELD).</summary>
    private static string Expression(FieldInfo constant)
    {
        const string size = "sizeof_";
        if (constant.Name.StartsWith(size, StringComparison.Ordinal))
        {
            return $"sizeof(struct {constant.Name[size.Length..]})";
        }

        string? prefix = constant.DeclaringType!.GetFields(Everything)
            .Where(field => field.Name.StartsWith(size, StringComparison.Ordinal))
            .Select(field => $"offsetof_{field.Name[size.Length..]}_")
            .Where(prefix => constant.Name.StartsWith(prefix, StringComparison.Ordinal))
            .MaxBy(prefix => prefix.Length);
        return prefix is null
            ? constant.Name
            : $"offsetof(struct {prefix["offsetof_".Length..^1]}, {constant.Name[prefix.Length..]})";
    }

    private static IEnumerable<Type> InteropTypes() =>
    [
        .. typeof(iovec).Assembly.GetTypes().Where(type => type is { Namespace: "L2tpv3.DataPlane.Interop", IsNested: false }),
        typeof(VnetHeader).Assembly.GetType("L2tpv3.Packets.Wire.VirtioNet", throwOnError: true)!,
    ];

    private static void AssertCompiles(CProgram program)
    {
        ProcessResult result = program.Compile();
        Assert.True(program.Assertions > 0);
        Assert.True(result.ExitStatus == 0, result.StandardError);
    }
}
