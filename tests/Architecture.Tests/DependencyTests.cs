// SPDX-License-Identifier: GPL-2.0-or-later
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security;
using System.Text.RegularExpressions;
using Architecture.Tests.Kit;

namespace Architecture.Tests;

/// <summary>Who knows what: arrows point one way.</summary>
public sealed class DependencyTests
{
    /// <summary>System.Collections is where the comparer lives that the compiler writes into each record.</summary>
    [Fact]
    public void Packets_needs_nothing_but_the_core_of_the_runtime()
    {
        HashSet<string> allowed = new(StringComparer.Ordinal) { "System.Runtime", "System.Runtime.Intrinsics", "System.Memory", "System.Collections" };
        IEnumerable<string> references = Managed.Packets.GetReferencedAssemblies().Select(name => name.Name!);
        Assert.Subset(allowed, references.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>The compiler marks a module in which unsafe code is allowed.</summary>
    [Fact]
    public void Packets_has_no_unsafe_code()
    {
        Assert.Null(Managed.Packets.ManifestModule.GetCustomAttribute<UnverifiableCodeAttribute>());
        Assert.NotNull(Managed.DataPlane.ManifestModule.GetCustomAttribute<UnverifiableCodeAttribute>());
    }

    [Fact]
    public void Every_view_in_Packets_is_readonly()
    {
        Type[] views = [.. Managed.Packets.GetTypes().Where(type => type.IsByRefLike)];
        Assert.NotEmpty(views);
        Assert.All(views, view => Assert.True(view.IsDefined(typeof(IsReadOnlyAttribute)), $"{view.Name} is a ref struct that is not readonly"));
    }

    /// <summary>The edges: who wants a system call goes through Sockets or Files.</summary>
    [Fact]
    public void Only_Sockets_and_Files_call_libc()
    {
        int calls = 0;
        foreach (MethodBase method in Managed.DataPlane.GetTypes().SelectMany(IntermediateCode.MethodsOf))
        {
            if (method.DeclaringType!.Namespace is "L2tpv3.DataPlane.Interop")
            {
                continue;
            }

            foreach (MethodBase called in IntermediateCode.Read(method).Select(instruction => instruction.Called).OfType<MethodBase>())
            {
                if (called.DeclaringType?.FullName is "L2tpv3.DataPlane.Interop.Libc")
                {
                    calls++;
                    Assert.True(method.DeclaringType.Namespace is "L2tpv3.DataPlane.Sockets" or "L2tpv3.DataPlane.Files", $"{method.DeclaringType.Name}.{method.Name} calls {called.Name}");
                }
            }
        }

        Assert.True(calls >= 10, $"{calls} calls of libc found");
    }

    /// <summary>The managed half has never heard of QEMU's headers; `QEMU` as the name of the program is no such word.</summary>
    [Fact]
    public void No_word_of_QEMUs_headers_is_in_managed()
    {
        Regex words = new(@"NetClient\w+|NetQueue\w*|QObject|QEMUBH|VMState\w+|Error \*\*|\b(qemu|visit_type|qapi|error|timer|aio)_[a-z]\w*\(|do_not_pad\b");
        Assert.Contains(SourceFile.All("native"), file => words.IsMatch(file.Text));
        foreach (SourceFile file in SourceFile.All("managed"))
        {
            Match match = words.Match(file.Text);
            Assert.False(match.Success, $"{file.Path} says {match.Value}");
        }
    }
}
