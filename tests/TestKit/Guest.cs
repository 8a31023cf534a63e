// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using System.Text;

namespace TestKit;

/// <summary>
/// A QEMU with a Linux guest in it that runs commands.
///
/// The guest's first process (<c>scripts/guest-init</c>) reads them from the second serial port, one a line, and answers with the
/// output, the byte 0x1e, the exit status and a newline; the first such answer comes by itself and means that it is ready. The test
/// listens and QEMU connects, so no byte is lost however long either takes. The first serial port is the kernel's console.
/// </summary>
public sealed class Guest : IDisposable
{
    private const int RecordSeparator = 0x1e;
    private readonly TemporaryDirectory _directory = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Stream _commands;
    private bool _isReady;

    /// <summary>Starts it. The boot goes on while the test does something else; the first command waits for it.</summary>
    /// <param name="options">The QEMU; its base arguments are the machine's.</param>
    /// <param name="machine">The machine, <see cref="GuestImage.On"/>; null: the usual one.</param>
    public Guest(QemuOptions options, IReadOnlyList<string>? machine = null)
        : this(options, machine ?? GuestImage.Arguments, isReady: false)
    {
    }

    private Guest(QemuOptions options, IReadOnlyList<string> machine, bool isReady)
    {
        _isReady = isReady;
        string path = _directory.File("commands");
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        try
        {
            Qemu = QemuProcess.Start(options with
            {
                BaseArguments =
                [
                    .. machine,
                    "-serial", $"file:{ConsolePath}", "-chardev", $"socket,id=commands,path={path}", "-serial", "chardev:commands",
                ],
            });
        }
        catch
        {
            _listener.Dispose();
            _directory.Dispose();
            throw;
        }

        // QEMU has a QMP by now, so it has made its character devices too.
        _commands = new NetworkStream(_listener.Accept(), ownsSocket: true) { ReadTimeout = (int)Timeouts.Guest.TotalMilliseconds };
    }

    /// <summary>The QEMU.</summary>
    public QemuProcess Qemu { get; }

    /// <summary>What the guest's kernel and its first process have said.</summary>
    public string Console => File.ReadAllText(ConsolePath);

    private string ConsolePath => _directory.File("console");

    /// <summary>Starts a QEMU that waits for a guest from another one (`-incoming`). That guest must have been ready.</summary>
    public static Guest Incoming(QemuOptions options, string from) =>
        new(options with { Arguments = [.. options.Arguments, "-incoming", from] }, GuestImage.Arguments, isReady: true);

    /// <summary>Runs a command that must succeed, and returns what it wrote.</summary>
    /// <param name="command">A line for its shell.</param>
    /// <param name="time">How long the command takes by itself.</param>
    public string Run(string command, TimeSpan time = default)
    {
        _commands.ReadTimeout = (int)(Timeouts.Guest + time).TotalMilliseconds;
        ProcessResult result = TryRun(command);
        return result.ExitStatus == 0
            ? result.StandardOutput
            : throw new InvalidOperationException($"in the guest: {command}: exit status {result.ExitStatus}: {result.StandardOutput}\n{Console}");
    }

    /// <summary>Resets the machine. The boot goes on while the test does something else; the next command waits for it.</summary>
    public void Reset()
    {
        AwaitBoot();
        Qemu.Qmp.Execute("system_reset");
        _isReady = false;
    }

    /// <summary>The same, by its kernel.</summary>
    public void Reboot()
    {
        AwaitBoot();
        Write("reboot -f");
        _isReady = false;
    }

    /// <summary>Runs a command and returns whatever came of it; its standard error is among its standard output.</summary>
    public ProcessResult TryRun(string command)
    {
        AwaitBoot();
        Write(command);
        return ReadAnswer(command);
    }

    /// <summary>
    /// Gives the NIC with this MAC address an IP address and sets it up. A NIC that was just plugged in may take a moment to appear.
    /// </summary>
    public void Configure(string mac, string address) => Run(
        $"""for i in $(seq 50); do nic=$(grep -l {mac} /sys/class/net/*/address | cut -d/ -f5); [ -z "$nic" ] || break; sleep 0.1; done; """ +
        $"""ip address replace {address} dev "$nic" && ip link set "$nic" up""");

    /// <summary>The NIC with this MAC address has a carrier.</summary>
    public bool HasCarrier(string mac) =>
        Run($"cat $(dirname $(grep -l {mac} /sys/class/net/*/address))/carrier").StartsWith('1');

    /// <summary>Pings an address until it answers: links take a moment to come up.</summary>
    public void WaitForAnswer(string address) =>
        Run($"for i in $(seq 20); do ping -c 1 -W 1 {address} && exit; done; exit 1");

    /// <summary>
    /// Starts the server of iperf3 where none listens, and waits until it does. A client that is ending has the same name, so the
    /// port tells.
    /// </summary>
    public void ServeIperf() =>
        Run("for i in $(seq 100); do netstat -ltn | grep -q ':5201 ' && exit; [ $i -gt 1 ] || iperf3 --server --daemon; sleep 0.1; done; exit 1");

    /// <summary>An address answers one ping within a second.</summary>
    public bool IsAnsweredBy(string address) => TryRun($"ping -c 1 -W 1 {address}").ExitStatus == 0;

    /// <summary>How many pings of this many are answered. ICMP data is <paramref name="size"/> bytes.</summary>
    public int CountAnswers(string address, int pings, int size = 56, double interval = 0.05)
    {
        // Exit status 1 means that none was answered.
        string output = TryRun(string.Create(CultureInfo.InvariantCulture, $"ping -c {pings} -i {interval} -s {size} -W 2 {address}")).StandardOutput;
        foreach (string part in output.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.EndsWith(" packets received", StringComparison.Ordinal))
            {
                return int.Parse(part.Split(' ')[0], CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException($"no count from ping: {output}");
    }

    /// <summary>
    /// How many answers to pings its kernel has counted. On a busy machine they come in heaps: a dozen late ones fill ping's own socket.
    /// </summary>
    public int EchoReplies() => int.Parse(
        Run("""awk '/^Icmp:/ { if (n) print $n; for (i = 1; i <= NF; i++) if ($i == "InEchoReps") n = i }' /proc/net/snmp"""),
        CultureInfo.InvariantCulture);

    public void Dispose()
    {
        Qemu.Dispose();
        _commands.Dispose();
        _listener.Dispose();
        _directory.Dispose();
    }

    private void AwaitBoot()
    {
        if (!_isReady)
        {
            ReadAnswer("the boot");
            _isReady = true;
        }
    }

    private void Write(string command) => _commands.Write(Encoding.UTF8.GetBytes(command + "\n"));

    private ProcessResult ReadAnswer(string toWhat)
    {
        try
        {
            string output = ReadUntil(RecordSeparator);
            return new ProcessResult(int.Parse(ReadUntil('\n'), CultureInfo.InvariantCulture), output, string.Empty);
        }
        catch (IOException exception)
        {
            throw new IOException($"the guest did not answer to: {toWhat}\n{Qemu.CommandLine}\n{Qemu.StandardError}\n{Console}", exception);
        }
    }

    private string ReadUntil(int end)
    {
        List<byte> bytes = [];
        for (int next = _commands.ReadByte(); next != end; next = _commands.ReadByte())
        {
            if (next < 0)
            {
                throw new EndOfStreamException("QEMU closed the serial port");
            }

            bytes.Add((byte)next);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
