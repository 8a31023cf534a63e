// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TestKit;

/// <summary>
/// A network namespace of the test's own, with its loopback up: its ports, addresses and protocol 115
/// belong to nobody else. A socket stays in the namespace it was opened in, whoever uses it later (network_namespaces(7)).
/// </summary>
public sealed partial class NetworkNamespace : IDisposable
{
    private const int CloneNewNet = 0x40000000;
    private static int s_count;
    private readonly HashSet<string> _queues = new(StringComparer.Ordinal);
    private readonly string _name = string.Create(
        CultureInfo.InvariantCulture, $"l2tp-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}");

    /// <summary>Makes a namespace.</summary>
    public NetworkNamespace()
    {
        Requires.Root("a network namespace");
        ProcessRunner.Check("ip", "netns", "add", _name);
        Leftovers.Add(this);
        Ip("link", "set", "lo", "up");
    }

    /// <summary>Its file, for setns(2) and nsenter(1).</summary>
    public string Path => $"/run/netns/{_name}";

    /// <summary>Runs ip(8) in the namespace.</summary>
    public string Ip(params string[] arguments) => ProcessRunner.Check("ip", ["-n", _name, .. arguments]);

    /// <summary>Gives a device a queue, in the words of tc(8).</summary>
    public void SetQueue(string device, params string[] queue)
    {
        _ = _queues.Add(device);
        ProcessRunner.Check("nsenter", [$"--net={Path}", "tc", "qdisc", "replace", "dev", device, "root", .. queue]);
    }

    /// <summary>
    /// Takes it away, with what waits there. The packets of a slow queue hold their senders' sockets, and those hold the namespace: the kernel would keep both for
    /// hours. If its own ICMP messages are among them, the whole host sends none any more.
    /// </summary>
    public void RemoveQueue(string device)
    {
        if (_queues.Remove(device))
        {
            _ = ProcessRunner.Run("nsenter", [$"--net={Path}", "tc", "qdisc", "del", "dev", device, "root"]);
        }
    }

    /// <summary>Sets a kernel parameter of the namespace.</summary>
    public void Sysctl(string name, string value) => Run(() =>
    {
        File.WriteAllText("/proc/sys/" + name.Replace('.', '/'), value);
        return 0;
    });

    /// <summary>Adds addresses to the loopback interface, without waiting for IPv6's duplicate detection.</summary>
    public void AddLoopbackAddress(string prefix) => Ip("address", "add", prefix, "dev", "lo", "nodad");

    /// <summary>Calls a function on a thread that is in the namespace, for instance to open a socket there.</summary>
    public T Run<T>(Func<T> function)
    {
        T result = default!;
        ExceptionDispatchInfo? error = null;

        // A thread of its own, not one of the pool: it takes the namespace to its end.
        Thread thread = new(() =>
        {
            try
            {
                Enter();
                result = function();
            }
#pragma warning disable CA1031 // thrown again on the caller's thread
            catch (Exception exception)
#pragma warning restore CA1031
            {
                error = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        error?.Throw();
        return result;
    }

    public void Dispose()
    {
        Leftovers.Remove(this);
        foreach (string device in _queues.ToArray())
        {
            RemoveQueue(device);
        }

        ProcessRunner.Run("ip", ["netns", "delete", _name]);
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNamespace(SafeFileHandle descriptor, int type);

    private void Enter()
    {
        using SafeFileHandle handle = File.OpenHandle(Path);
        if (SetNamespace(handle, CloneNewNet) != 0)
        {
            throw new IOException($"setns {Path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
