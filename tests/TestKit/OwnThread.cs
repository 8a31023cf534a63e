// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Threading;
using System.Threading.Tasks;

namespace TestKit;

/// <summary>
/// Work beside a test that must begin at once. The threads of the pool are busy with other tests that wait, so Task.Run may begin
/// half a second late, when a measurement is over.
/// </summary>
public static class OwnThread
{
    /// <summary>Begins at once, on a thread of its own.</summary>
    public static Task Run(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
