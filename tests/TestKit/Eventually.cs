// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace TestKit;

/// <summary>Looks again and again until something is as wanted, or too much time has passed.</summary>
public static class Eventually
{
    /// <summary>Returns when it is so.</summary>
    public static void IsTrue(Func<bool> look, string what) => Get(look, isSo => isSo, () => what);

    /// <summary>Returns the first value that is as wanted.</summary>
    public static T Get<T>(Func<T> look, Predicate<T> wanted, Func<string> what)
    {
        Stopwatch elapsed = Stopwatch.StartNew();
        while (true)
        {
            T value = look();
            if (wanted(value))
            {
                return value;
            }

            if (elapsed.Elapsed > Timeouts.Arrival)
            {
                throw new TimeoutException($"{what()}: last seen: {value}");
            }

            Thread.Sleep(20);
        }
    }
}
