// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;

namespace L2tpv3.Interop.Reading;

/// <summary>Runs a program of the machine.</summary>
internal static class Tool
{
    /// <summary>Runs it to its end.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="HeaderException">It is missing or has failed.</exception>
    public static string Output(string program, IEnumerable<string> arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })
                ?? throw new HeaderException($"{program} did not start");
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new HeaderException($"{program}: exit status {process.ExitCode}");
        }
        catch (Win32Exception exception)
        {
            throw new HeaderException($"{program}: {exception.Message}");
        }
    }
}
