// SPDX-License-Identifier: GPL-2.0-or-later
using Xunit.Runner.InProc.SystemConsole;

namespace Fuzz.Tests;

/// <summary>The tests; or, with a command, the fuzzer itself.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => arguments.FirstOrDefault() is FuzzCommand.Run or FuzzCommand.Replay or FuzzCommand.Afl or FuzzCommand.AflTarget
        ? FuzzCommand.Invoke(arguments)
        : ConsoleRunner.Run(arguments).GetAwaiter().GetResult();
}
