// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Errors;
using L2tpv3.Vhost.CommandLine;

namespace Vhost.Tests.CommandLine;

/// <summary>Which netdevs a command line asks for.</summary>
public sealed class NetdevArgumentTests : IDisposable
{
    private const string Options = "src=::1,dst=::2,udp=on";

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void The_simple_form_is_one_netdev_that_is_named_after_its_socket()
    {
        NetdevArgument netdev = Assert.Single(NetdevArgument.All("/run/l2tpv3/web.sock", null, Options, [], []));
        Assert.Equal(("/run/l2tpv3/web.sock", Options, "web"), (netdev.Socket, netdev.Options, netdev.DefaultId));
        Assert.Null(netdev.Control);
    }

    [Fact]
    public void A_list_has_its_sockets_anywhere()
    {
        NetdevArgument netdev = Assert.Single(NetdevArgument.All(null, null, null, [$"src=::1,control=/c,dst=::2,socket=/run/x,udp=on"], []));
        Assert.Equal(("/run/x", "/c", Options, "x"), (netdev.Socket, netdev.Control, netdev.Options, netdev.DefaultId));
    }

    [Fact]
    public void A_file_has_a_list_in_each_line_and_comments()
    {
        string file = Write($"# the first\nsocket=/a.sock,{Options}\n\n   # indented\n  socket=/b.sock,{Options}  \n");
        IReadOnlyList<NetdevArgument> netdevs = NetdevArgument.All(null, null, null, [$"socket=/c.sock,{Options}"], [file]);
        Assert.Equal(["c", "a", "b"], netdevs.Select(netdev => netdev.DefaultId), StringComparer.Ordinal);
        Assert.Equal(["--netdev", $"{file}, line 2", $"{file}, line 5"], netdevs.Select(netdev => netdev.Origin), StringComparer.Ordinal);
        Assert.All(netdevs, netdev => Assert.Equal(Options, netdev.Options));
    }

    [Fact]
    public void A_line_without_a_socket_is_named_and_not_shown()
    {
        string file = Write("socket=/a,src=::1\nsrc=::1,txcookie=0x1234\n");
        OptionException exception = Assert.Throws<OptionException>(() => NetdevArgument.All(null, null, null, [], [file]));
        Assert.Equal($"{file}, line 2: socket=PATH is missing", exception.Message);
    }

    [Theory]
    [InlineData("socket=/a,socket=/b", "--netdev: socket= is there twice")]
    [InlineData("socket=/a,control=/b,control=/c", "--netdev: control= is there twice")]
    [InlineData("src=::1", "--netdev: socket=PATH is missing")]
    public void A_list_without_one_socket_is_refused(string list, string words) =>
        Assert.Equal(words, Assert.Throws<OptionException>(() => NetdevArgument.All(null, null, null, [list], [])).Message);

    [Theory]
    [InlineData("socket=/a,src=::1", "socket=/a,src=::2", "/a")]
    [InlineData("socket=/a,src=::1", "socket=/b,control=/a,src=::2", "/a")]
    public void Two_netdevs_with_one_socket_are_refused(string first, string second, string path)
    {
        string file = Write($"{first}\n{second}\n");
        string words = $"the socket {path} is there twice; give each netdev, and each control socket, a path of its own";
        Assert.Equal($"{file}, line 2: {words}", Assert.Throws<OptionException>(() => NetdevArgument.All(null, null, null, [], [file])).Message);
        Assert.Equal(words, Assert.Throws<OptionException>(() => NetdevArgument.All(path, path, Options, [], [])).Message);
    }

    [Fact]
    public void A_socket_named_sock_alone_still_names_its_netdev() =>
        Assert.Equal(".sock", Assert.Single(NetdevArgument.All("/run/l2tpv3/.sock", null, Options, [], [])).DefaultId);

    [Theory]
    [InlineData("/a", null, new string[0])]
    [InlineData(null, Options, new string[0])]
    [InlineData("/a", Options, new[] { "socket=/b" })]
    public void Two_forms_at_once_and_half_of_one_are_refused(string? socket, string? options, string[] lists) =>
        Assert.Equal("give either --socket PATH and its OPTIONS, or --netdev and --config", Assert.Throws<OptionException>(() => NetdevArgument.All(socket, null, options, lists, [])).Message);

    [Fact]
    public void No_netdev_at_all_is_refused() =>
        Assert.Equal("there is no netdev: give --socket PATH and its OPTIONS, --netdev, or --config", Refusal([], []));

    [Fact]
    public void Files_without_a_netdev_are_named()
    {
        string file = Write("# nothing yet\n\n");
        const string words = "write a line for each, socket=PATH,src=...; # begins a comment";
        Assert.Equal($"there is no netdev in {file}: {words}", Refusal([], [file]));
        Assert.Equal($"there is no netdev in {file} and /dev/null: {words}", Refusal([], [file, "/dev/null"]));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named_with_the_reason()
    {
        Assert.Equal($"cannot read '{_directory.File("none.conf")}': there is no such file", Refusal([], [_directory.File("none.conf")]));
        Assert.Equal($"cannot read '{_directory.File("none/a.conf")}': there is no such file", Refusal([], [_directory.File("none/a.conf")]));
        Assert.Equal($"cannot read '{_directory.Path}': it is a folder, and not a file", Refusal([], [_directory.Path]));
        Assert.StartsWith("cannot read '': ", Refusal([], [string.Empty]), StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private static string Refusal(string[] lists, string[] files) =>
        Assert.Throws<OptionException>(() => NetdevArgument.All(null, null, null, lists, files)).Message;

    private string Write(string text)
    {
        string file = _directory.File("netdevs.conf");
        File.WriteAllText(file, text);
        return file;
    }
}
