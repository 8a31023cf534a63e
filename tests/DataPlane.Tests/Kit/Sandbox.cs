// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace DataPlane.Tests.Kit;

/// <summary>A thread for which the kernel refuses some system calls, as the seccomp profile of a container does (seccomp(2)).</summary>
internal static unsafe partial class Sandbox
{
    /// <summary>Numbers of the calls on x86-64.</summary>
    public const int Sendmsg = 46;

    public const int Recvmsg = 47;

    public const int Recvmmsg = 299;

    public const int Sendmmsg = 307;

    private const int SetNoNewPrivileges = 38;
    private const int SetSeccomp = 22;
    private const int FilterMode = 2;
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;
    private const uint Allow = 0x7FFF_0000;
    private const uint Fail = 0x0005_0000;

    /// <summary>Runs an action on a thread of its own that may not make these calls.</summary>
    /// <param name="errno">What they say.</param>
    /// <param name="calls">Their numbers.</param>
    /// <param name="action">What to do.</param>
    public static void Run(int errno, int[] calls, Action action)
    {
        // A long-running task has a thread that nobody else gets afterwards: what is refused stays refused.
        Task task = Task.Factory.StartNew(
            () =>
            {
                Refuse(errno, calls);
                action();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        task.GetAwaiter().GetResult();
    }

    /// <summary>The calling thread may not make these calls any more.</summary>
    public static void Refuse(int errno, params int[] calls)
    {
        List<Instruction> program = [new(LoadWord, 0, 0, 0)];
        foreach (int call in calls)
        {
            program.Add(new(JumpIfEqual, 0, 1, (uint)call));
            program.Add(new(Return, 0, 0, Fail | (uint)errno));
        }

        program.Add(new(Return, 0, 0, Allow));
        fixed (Instruction* first = program.ToArray())
        {
            Program header = new() { Length = (ushort)program.Count, First = first };
            if (prctl(SetNoNewPrivileges, 1, null, 0, 0) != 0 || prctl(SetSeccomp, FilterMode, &header, 0, 0) != 0)
            {
                throw new IOException($"prctl: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint arg2, void* arg3, nuint arg4, nuint arg5);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public Instruction* First;
    }
}
