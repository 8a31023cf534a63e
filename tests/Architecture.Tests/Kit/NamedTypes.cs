// SPDX-License-Identifier: GPL-2.0-or-later
using System.Reflection;

namespace Architecture.Tests.Kit;

/// <summary>The types that a type names: its base, those of its members, and those in its instructions.</summary>
internal static class NamedTypes
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static IEnumerable<Type> Of(Type type) =>
        type.GetInterfaces()
            .Append(type.BaseType)
            .Concat(type.GetFields(All).Select(field => field.FieldType))
            .Concat(IntermediateCode.MethodsOf(type).SelectMany(InMethod))
            .SelectMany(Parts)
            .Distinct();

    private static IEnumerable<Type?> InMethod(MethodBase method) =>
        method.GetParameters().Select(parameter => parameter.ParameterType)
            .Append((method as MethodInfo)?.ReturnType)
            .Concat(method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [])
            .Concat(IntermediateCode.Read(method).Select(instruction => instruction.Named).OfType<MemberInfo>().SelectMany(InMember));

    private static IEnumerable<Type?> InMember(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType, field.FieldType],
        MethodInfo { IsGenericMethod: true } method => [method.DeclaringType, method.ReturnType, .. method.GetGenericArguments()],
        MethodInfo method => [method.DeclaringType, method.ReturnType],
        _ => [member.DeclaringType],
    };

    /// <summary>The types that a constructed one is made of.</summary>
    private static IEnumerable<Type> Parts(Type? type)
    {
        if (type is null)
        {
            return [];
        }

        if (type.HasElementType)
        {
            return Parts(type.GetElementType());
        }

        if (type.IsFunctionPointer)
        {
            return type.GetFunctionPointerParameterTypes().Append(type.GetFunctionPointerReturnType()).SelectMany(Parts);
        }

        return type.IsConstructedGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()) : [type];
    }
}
