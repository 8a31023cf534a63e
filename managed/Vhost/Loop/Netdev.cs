// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Options;
using L2tpv3.Statistics;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Log;

namespace L2tpv3.Vhost.Loop;

/// <summary>
/// One netdev of the program: a session, its loop, and the thread that they run on. It is put together by another thread, which
/// has done with it when the netdev's own begins.
/// </summary>
internal sealed class Netdev : IDisposable
{
    private readonly EventLog _log;
    private readonly string _socket;
    private readonly string? _control;
    private readonly Server _server;
    private Thread? _thread;

    /// <summary>Opens the session.</summary>
    /// <param name="options">The netdev's options.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="socket">Where its front-end will connect.</param>
    /// <param name="control">Its control socket; null: beside its statistics page, if it has one.</param>
    /// <param name="log">Its log.</param>
    /// <exception cref="L2tpv3.DataPlane.Errors.OptionException">It cannot be had.</exception>
    public Netdev(NetdevOptions options, string settings, string socket, string? control, EventLog log)
    {
        Id = options.Id;
        _socket = socket;
        _control = control;
        _log = log;
        _server = new Server(log);
        try
        {
            _server.Guest.Session = SessionOpener.Open(options, settings, _server.Guest.Port);
        }
        catch
        {
            _server.Dispose();
            throw;
        }
    }

    /// <summary>Its name.</summary>
    public string Id { get; }

    /// <summary>Where it was said, for people; empty: it is the only one.</summary>
    public string Origin { get; init; } = string.Empty;

    /// <summary>It came to an end that nobody asked for.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Listens. A front-end that connects waits until <see cref="Start"/>.</summary>
    /// <exception cref="SystemCallException">A socket cannot be had.</exception>
    public void Listen()
    {
        _server.Listen(_socket);
        ListenForControl();
    }

    /// <summary>Begins to serve, on a thread of its own.</summary>
    /// <param name="failed">Called on that thread when it comes to an end that nobody asked for.</param>
    public void Start(Action failed)
    {
        _thread = new Thread(() => Run(failed)) { Name = Id };
        _log.Information($"waits for a front-end on {_socket}");
        _thread.Start();
    }

    /// <summary>Asks it to send what waits and to end. From any thread.</summary>
    public void Stop() => _server.Stop();

    /// <summary>Waits until its thread has come to its end.</summary>
    public void Join() => _thread?.Join();

    public void Dispose() => _server.Dispose();

    /// <summary>Whoever gives a place for it wants it; else the netdev can do without.</summary>
    private void ListenForControl()
    {
        if (_control is not null)
        {
            _server.Control(_control);
        }
        else if (_server.Guest.Session.Counters.Memory.Path is { } page)
        {
            try
            {
                _server.Control(page + PageName.ControlSuffix);
            }
            catch (SystemCallException exception)
            {
                _log.Warning($"there is no control socket: {exception.Message}");
            }
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The other netdevs are to send what waits before the program ends.")]
    private void Run(Action failed)
    {
        try
        {
            _server.Run();
            _log.Information("has ended");
        }
        catch (Exception exception)
        {
            HasFailed = true;
            _log.Error($"internal error, please report it: {exception}");
            failed();
        }
    }
}
