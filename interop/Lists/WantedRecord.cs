// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Interop.Lists;

/// <summary>A struct or union that is wanted.</summary>
/// <param name="Name">Its tag, or a typedef.</param>
/// <param name="Remark">What the binding's summary says of it besides its header: a man page.</param>
internal sealed record WantedRecord(string Name, string Remark);
