// SPDX-License-Identifier: GPL-2.0-or-later
using System.Reflection;
using System.Reflection.Emit;

namespace Architecture.Tests.Kit;

/// <summary>The instructions of a method (ECMA-335, III): an opcode and its operand, which may name another method.</summary>
internal static class IntermediateCode
{
    private static readonly Dictionary<short, OpCode> s_opCodes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(opCode => opCode.Value);

    /// <summary>Reads a method; one without a body has no instructions. Named: the method, field or type of the operand.</summary>
    public static IEnumerable<(int Offset, OpCode OpCode, MethodBase? Called, MemberInfo? Named)> Read(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        int at = 0;
        while (at < code.Length)
        {
            int start = at;
            short value = code[at] == 0xFE ? (short)((0xFE << 8) | code[++at]) : code[at];
            at++;
            OpCode opCode = s_opCodes[value];
            bool hasToken = opCode.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok;
            MemberInfo? named = hasToken ? Resolve(method, BitConverter.ToInt32(code, at)) : null;
            at += OperandSize(opCode, code, at);
            yield return (start, opCode, named as MethodBase, named);
        }
    }

    /// <summary>All methods of a type, its constructors and accessors included.</summary>
    public static IEnumerable<MethodBase> MethodsOf(Type type)
    {
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return [.. type.GetMethods(all), .. type.GetConstructors(all)];
    }

    private static MemberInfo? Resolve(MethodBase method, int token)
    {
        Type[] typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : [];
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        return method.Module.ResolveMember(token, typeArguments, methodArguments);
    }

    private static int OperandSize(OpCode opCode, byte[] code, int at) => opCode.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };
}
