// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Concurrent;

namespace TestKit;

/// <summary>
/// Things that outlive the test process if nobody disposes them: QEMUs, namespaces, directories. A fixture whose constructor throws is
/// never disposed, so what is still here at the end of the process is cleared away then.
/// </summary>
internal static class Leftovers
{
    private static readonly ConcurrentDictionary<IDisposable, byte> s_items = new();

    static Leftovers() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (IDisposable item in s_items.Keys)
        {
            item.Dispose();
        }
    };

    public static void Add(IDisposable item) => s_items.TryAdd(item, 0);

    public static void Remove(IDisposable item) => s_items.TryRemove(item, out _);
}
