// SPDX-License-Identifier: GPL-2.0-or-later
using Faults.Report;

[assembly: AssemblyFixture(typeof(FaultReport))]
