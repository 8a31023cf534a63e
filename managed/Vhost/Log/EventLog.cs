// SPDX-License-Identifier: GPL-2.0-or-later

using System.IO;

namespace L2tpv3.Vhost.Log;

/// <summary>The program's log: one line for each event, to whoever has started it.</summary>
internal sealed class EventLog
{
    private readonly TextWriter _writer;

    public EventLog(TextWriter writer)
    {
        _writer = writer;
    }

    /// <summary>Something has happened that needs nobody.</summary>
    public void Information(string text) => _writer.WriteLine($"l2tpv3-vhost: {text}");

    /// <summary>Something does not work.</summary>
    public void Warning(string text) => _writer.WriteLine($"l2tpv3-vhost: warning: {text}");

    /// <summary>Something ends here.</summary>
    public void Error(string text) => _writer.WriteLine($"l2tpv3-vhost: error: {text}");
}
