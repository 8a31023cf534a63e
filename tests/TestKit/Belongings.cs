// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>
/// What an owner has made, and ends with it, the last first. A constructor that throws disposes it itself: its owner never was, so
/// nobody else can, and QEMUs, ports and namespaces would be there for the next test.
/// </summary>
public sealed class Belongings : IDisposable
{
    private readonly Stack<IDisposable> _items = new();

    /// <summary>One more.</summary>
    public T Add<T>(T item)
        where T : IDisposable
    {
        _items.Push(item);
        return item;
    }

    public void Dispose()
    {
        while (_items.TryPop(out IDisposable? item))
        {
            item.Dispose();
        }
    }
}
