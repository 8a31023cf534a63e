// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace TestKit;

/// <summary>
/// QEMU's machine protocol over a unix socket: one JSON object a line. Events may come between a command
/// and its answer; they are kept until somebody waits for them.
/// </summary>
public sealed class QmpClient : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;
    private readonly List<JsonElement> _events = [];

    private QmpClient(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true) { ReadTimeout = (int)Timeouts.Qmp.TotalMilliseconds };
        _reader = new StreamReader(_stream, Encoding.UTF8);
        ReadObject();
        Execute("qmp_capabilities");
    }

    /// <summary>Connects to a QEMU that listens.</summary>
    public static QmpClient Connect(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return Over(socket);
    }

    /// <summary>Speaks to a QEMU over a connection, and owns that.</summary>
    public static QmpClient Over(Socket socket)
    {
        try
        {
            return new QmpClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command and returns its value.</summary>
    /// <exception cref="QmpException">QEMU refused it.</exception>
    public JsonElement Execute(string command, object? arguments = null)
    {
        string request = arguments is null
            ? JsonSerializer.Serialize(new { execute = command })
            : JsonSerializer.Serialize(new { execute = command, arguments });
        _stream.Write(Encoding.UTF8.GetBytes(request + "\n"));
        while (true)
        {
            JsonElement reply = ReadObject();
            if (reply.TryGetProperty("return", out JsonElement value))
            {
                return value;
            }

            if (reply.TryGetProperty("error", out JsonElement error))
            {
                throw new QmpException(error.GetProperty("class").GetString()!, error.GetProperty("desc").GetString()!);
            }

            _events.Add(reply);
        }
    }

    /// <summary>Runs a command of the human monitor and returns what it printed.</summary>
    public string Hmp(string commandLine) =>
        Execute("human-monitor-command", new Dictionary<string, string>(StringComparer.Ordinal) { ["command-line"] = commandLine }).GetString()!;

    /// <summary>Waits for an event, also one that has come already, and returns it.</summary>
    public JsonElement WaitForEvent(string name)
    {
        for (int i = 0; ; i++)
        {
            if (i == _events.Count)
            {
                _events.Add(ReadObject());
            }

            if (_events[i].GetProperty("event").ValueEquals(name))
            {
                JsonElement found = _events[i];
                _events.RemoveAt(i);
                return found;
            }
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }

    private JsonElement ReadObject()
    {
        string line = _reader.ReadLine() ?? throw new EndOfStreamException("QEMU closed its QMP socket");
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}

/// <summary>A QMP command was refused.</summary>
public sealed class QmpException(string errorClass, string description) : Exception($"{errorClass}: {description}")
{
    /// <summary>The error's class, mostly GenericError.</summary>
    public string ErrorClass { get; } = errorClass;

    /// <summary>The sentence that QEMU would have printed.</summary>
    public string Description { get; } = description;
}

/// <summary>
/// The socket that a QEMU connects its QMP to.
///
/// The test listens, not QEMU: QEMU's own listener begins in the main loop and moves to the monitor's thread while it
/// starts. A client that connects in that moment wakes both, one takes the connection, and the other stays in
/// accept(2) for good; when that is the main loop, the whole QEMU hangs.
/// </summary>
internal sealed class QmpListener : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Listens at a path of the file system.</summary>
    public QmpListener(string path)
    {
        Argument = $"unix:{path}";
        try
        {
            _socket.Bind(new UnixDomainSocketEndPoint(path));
            _socket.Listen();
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>The value of QEMU's option -qmp.</summary>
    public string Argument { get; }

    /// <summary>Waits until QEMU has connected and answers; null when there is nobody to wait for any more.</summary>
    public QmpClient? Accept(Func<bool> isOver)
    {
        while (!_socket.Poll(TimeSpan.FromMilliseconds(20), SelectMode.SelectRead))
        {
            if (isOver())
            {
                return null;
            }
        }

        return QmpClient.Over(_socket.Accept());
    }

    public void Dispose() => _socket.Dispose();
}
