// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using System.Text;
using L2tpv3.Stat.Control;
using L2tpv3.Stat.Reading;
using L2tpv3.Statistics;

namespace Stat.Tests;

/// <summary>l2tpv3-stat get and set, with a control socket of the test's own beside a page of the test's own.</summary>
public sealed class PropertyCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);
    private readonly StringWriter _errors = new(CultureInfo.InvariantCulture);
    private readonly List<string> _requests = [];
    private Socket? _listener;

    [Fact]
    public void A_property_is_set_by_the_line_that_the_user_gives()
    {
        Serve(_ => "ok\n");
        Assert.Equal(0, Commands().Set(["dst=192.0.2.3:1701", "gso=off"]));
        Assert.Equal(["set dst=192.0.2.3:1701", "set gso=off"], _requests);
        Assert.Equal(string.Empty, _output.ToString() + _errors);
    }

    [Fact]
    public void The_first_refusal_ends_it_in_the_words_of_the_netdev()
    {
        Serve(request => request.StartsWith("set gso", StringComparison.Ordinal) ? "error 'gso=perhaps' must say on, off or uneven\n" : "ok\n");
        Assert.Equal(1, Commands().Set(["dst=192.0.2.3", "gso=perhaps", "gro=off"]));
        Assert.Equal(["set dst=192.0.2.3", "set gso=perhaps"], _requests);
        Assert.Equal("l2tpv3-stat: n0: 'gso=perhaps' must say on, off or uneven\n", _errors.ToString());
    }

    [Fact]
    public void Cookies_may_come_from_standard_input()
    {
        Serve(_ => "ok\n");
        Assert.Equal(0, Commands(input: "rxcookie=01020304\n\ntxcookie=05060708\n").Set(["gso=on", "-"]));
        Assert.Equal(["set gso=on", "set rxcookie=01020304", "set txcookie=05060708"], _requests);
    }

    [Fact]
    public void A_property_is_printed_as_it_is()
    {
        Serve(_ => "ok 192.0.2.3:1701 \n");
        Assert.Equal(0, Commands().Get("dst"));
        Assert.Equal(["get dst"], _requests);
        Assert.Equal("192.0.2.3:1701 \n", _output.ToString());
    }

    [Fact]
    public void Without_a_name_all_that_can_be_read_is_printed_but_the_statistics()
    {
        Serve(request => request switch
        {
            "list" => "ok statistics dst txcookie gso\n",
            "get dst" => "ok ::1\n",
            "get gso" => "ok on\n",
            _ => "error it is nothing that can be read\n",
        });
        Assert.Equal(0, Commands().Get(null));
        Assert.Equal("dst=::1\ngso=on\n", _output.ToString());
        Assert.DoesNotContain("get statistics", _requests, StringComparer.Ordinal);
    }

    [Fact]
    public void A_value_with_control_characters_does_not_reach_the_terminal()
    {
        Serve(_ => "ok a\u001b[31mb\n");
        Assert.Equal(0, Commands().Get("pcap"));
        Assert.Equal("a?[31mb\n", _output.ToString());
    }

    [Fact]
    public void A_netdev_inside_QEMU_has_QMP_for_that()
    {
        WritePage(1, "n0");
        Assert.Equal(1, Commands().Set(["dst=::1"]));
        Assert.Equal($"l2tpv3-stat: n0: this netdev is inside QEMU (process {Environment.ProcessId}): use qom-get and qom-set of QMP on /l2tpv3/n0\n", _errors.ToString());
    }

    [Fact]
    public void An_ID_that_no_netdev_has_is_told_with_those_that_there_are()
    {
        WritePage(1, "web");
        Assert.Equal(1, Commands().Get("dst"));
        Assert.Equal("l2tpv3-stat: n0: no netdev has this ID; there is web\n", _errors.ToString());
    }

    [Fact]
    public void Of_two_netdevs_of_this_ID_the_user_names_one()
    {
        WritePage(1, "n0");
        WritePage(2, "n0");
        Assert.Equal(1, Commands().Get("dst"));
        Assert.Equal($"l2tpv3-stat: n0: several netdevs have this ID; give --pid={Environment.ProcessId}\n", _errors.ToString());
    }

    [Fact]
    public void A_netdev_of_another_process_is_not_meant()
    {
        Serve(_ => "ok\n");
        Assert.Equal(1, Commands(process: 1).Set(["dst=::1"]));
        Assert.Equal("l2tpv3-stat: n0: no netdev has this ID in process 1; there is n0\n", _errors.ToString());
        Assert.Empty(_requests);
    }

    [Fact]
    public void Whoever_is_not_the_process_of_the_page_hears_nothing()
    {
        Serve(_ => "ok\n");
        ControlException exception = Assert.Throws<ControlException>(() => new ControlConnection(Assert.Single(Directory.GetFiles(_directory.Path, "*.control")), process: 1).Ask("set rxcookie=01020304"));
        Assert.Contains("is not of process 1: nothing was sent", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ok")]
    [InlineData("hello\n")]
    public void An_answer_that_is_none_is_told(string answer)
    {
        Serve(_ => answer);
        Assert.Equal(1, Commands().Get("dst"));
        Assert.Contains("gives no answer", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_with_a_newline_is_not_sent_for_it_would_be_another_request()
    {
        Serve(_ => "ok\n");
        Assert.Equal(1, Commands().Set(["pcap=/tmp/x\nset gso=off"]));
        Assert.Equal("l2tpv3-stat: n0: a property's name and value have no newline\n", _errors.ToString());
        Assert.Empty(_requests);
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _directory.Dispose();
    }

    private PropertyCommands Commands(string input = "", int? process = null) =>
        new(new PageReader([_directory.Path]), "n0", process, new StringReader(input), _output, _errors);

    private string WritePage(int number, string id)
    {
        (string name, StatisticsPage page) = Pages.Own(number);
        PageText.Write(page.Description.Id, id);
        Pages.Write(_directory.File(name), page);
        return _directory.File(name);
    }

    /// <summary>A page, and a control socket that answers each connection's first line.</summary>
    private void Serve(Func<string, string> answer)
    {
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(WritePage(1, "n0") + ".control"));
        _listener.Listen();
        Thread server = new(() => Accept(_listener, answer)) { IsBackground = true };
        server.Start();
    }

    private void Accept(Socket listener, Func<string, string> answer)
    {
        byte[] bytes = new byte[4096];
        try
        {
            while (true)
            {
                using Socket client = listener.Accept();
                int count = client.Receive(bytes);
                if (count != 0)
                {
                    string request = Encoding.UTF8.GetString(bytes, 0, count).TrimEnd('\n');
                    _requests.Add(request);
                    client.Send(Encoding.UTF8.GetBytes(answer(request)));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
