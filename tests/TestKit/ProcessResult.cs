// SPDX-License-Identifier: GPL-2.0-or-later
namespace TestKit;

/// <summary>How a command ended and what it said.</summary>
public sealed record ProcessResult(int ExitStatus, string StandardOutput, string StandardError);
