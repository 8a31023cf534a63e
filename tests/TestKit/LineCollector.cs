// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text;

namespace TestKit;

/// <summary>
/// Collects what a process writes, on a thread of its own: the pool's threads are busy with tests that wait, and a line would
/// be seen half a second late.
/// </summary>
internal sealed class LineCollector
{
    private readonly StringBuilder _text = new();
    private readonly Lock _lock = new();
    private readonly Thread _thread;

    public LineCollector(StreamReader reader)
    {
        _thread = new Thread(() => Collect(reader)) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>All lines so far.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
            {
                return _text.ToString();
            }
        }
    }

    /// <summary>Waits until the other end has been closed, but not for ever: a child may have inherited it.</summary>
    public void WaitForEnd() => _thread.Join(Timeouts.Arrival);

    private void Collect(StreamReader reader)
    {
        try
        {
            while (reader.ReadLine() is string line)
            {
                lock (_lock)
                {
                    _text.Append(line).Append('\n');
                }
            }
        }
        catch (IOException)
        {
            // The process was disposed.
        }
    }
}
