// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Interop;
using L2tpv3.Interop.Lists;
using L2tpv3.Interop.Reading;

namespace Interop.Tests;

/// <summary>Whoever changes a header or a list is told what is wrong with it.</summary>
public sealed class InputTests
{
    [Theory]
    [InlineData("struct nobody", "struct nobody is in none of the headers")]
    [InlineData("struct opaque", "struct opaque is declared only")]
    [InlineData("struct outer", "struct inner is used by value, but is not on the list")]
    [InlineData("constants Numbers Some.\n    # some\n    NOBODY", "NOBODY")]
    [InlineData("constants Numbers Some.\n    # some\n    TEXT", "TEXT is no integer constant")]
    public void What_cannot_be_made_is_named(string wanted, string message)
    {
        const string header = "struct opaque; struct inner { int x; }; struct outer { struct inner inner; };\n#define TEXT \"text\"\ntypedef struct opaque opaque;";
        BindingList list = BindingList.Parse("namespace N\nfolder f\n" + wanted);
        HeaderException exception = Assert.Throws<HeaderException>(() => Bindings.Make("input", header, list, []));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    /// <summary>What C# would lay out in another way than C.</summary>
    [Theory]
    [InlineData("union value { int word; char byte; };", "struct value: C# would put its fields elsewhere")]
    [InlineData("struct value { int low : 4; int high : 4; };", "struct value: C# would put its fields elsewhere")]
    [InlineData("struct value { char first; int second; } __attribute__((packed));", "struct value: C# would put its fields elsewhere")]
    [InlineData("struct value { int first; int second __attribute__((aligned(16))); };", "struct value: C# would put its fields elsewhere")]
    [InlineData("struct value { int first; union { int word; float real; }; };", "struct value: C# would put its fields elsewhere")]
    [InlineData("struct value { struct { int x; } inner; };", "value.inner: a record without a name")]
    [InlineData("struct value { void *pointers[2]; };", "value.pointers: an array of what is no number")]
    [InlineData("struct value { int table[2][2]; };", "value.table: an array of what is no number")]
    public void A_struct_that_CSharp_would_lay_out_otherwise_is_refused(string header, string message)
    {
        BindingList list = BindingList.Parse("namespace N\nfolder f\nstruct value");
        HeaderException exception = Assert.Throws<HeaderException>(() => Bindings.Make("input", header, list, []));
        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_a_header_is_told_in_the_compilers_words()
    {
        BindingList list = BindingList.Parse("struct x");
        HeaderException exception = Assert.Throws<HeaderException>(() => Bindings.Make("input", "#include <no/such/header.h>", list, []));
        Assert.Contains("'no/such/header.h' file not found", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("structs iovec")]
    [InlineData("struct")]
    [InlineData("    IPPROTO_IP")]
    [InlineData("type void * to byte*")]
    public void A_line_that_is_not_understood_is_shown(string line)
    {
        FormatException exception = Assert.Throws<FormatException>(() => BindingList.Parse(line));
        Assert.Contains(line.Trim(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constants_without_a_remark_are_refused() =>
        Assert.Throws<FormatException>(() => BindingList.Parse("constants Numbers Some.\n    IPPROTO_IP"));
}
