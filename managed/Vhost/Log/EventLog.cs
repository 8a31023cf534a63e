// SPDX-License-Identifier: GPL-2.0-or-later

using System.IO;
using L2tpv3.DataPlane.Guest;

namespace L2tpv3.Vhost.Log;

/// <summary>
/// The program's log: one line for each event, to whoever has started it. Netdevs have threads of their own, so the writer must
/// take lines from any of them, as Console.Error does.
/// </summary>
internal sealed class EventLog
{
    private readonly TextWriter _writer;
    private readonly string _subject;

    /// <summary>A log whose lines name what they are about.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="subject">`l2tpv3 netdev 'n0'`; empty: the lines say it themselves.</param>
    public EventLog(TextWriter writer, string subject = "")
    {
        _writer = writer;
        _subject = subject.Length == 0 ? string.Empty : $"{subject}: ";
    }

    /// <summary>Something has happened that needs nobody.</summary>
    public void Information(string text) => Write(Severity.Information, _subject, text);

    /// <summary>Something does not work.</summary>
    public void Warning(string text) => Write(Severity.Warning, _subject, text);

    /// <summary>Something ends here.</summary>
    public void Error(string text) => Write(Severity.Error, _subject, text);

    /// <summary>A line of the session, which names its netdev itself.</summary>
    public void Relay(Severity severity, string text) => Write(severity, string.Empty, text);

    private void Write(Severity severity, string subject, string text)
    {
        string kind = severity switch
        {
            Severity.Information => string.Empty,
            Severity.Warning => "warning: ",
            _ => "error: ",
        };
        _writer.WriteLine($"l2tpv3-vhost: {kind}{subject}{text}");
    }
}
