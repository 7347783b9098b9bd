// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// Below the apps that are found here: what repositories have under that name.
Column {
    id: root

    required property Available available
    // Before the first of them.
    signal passed

    spacing: Theme.unit
    visible: available.count > 0
    Accessible.role: Accessible.List
    Accessible.name: heading.text

    function row(index: int): Item {
        return rows.itemAt(index);
    }
    function enter() {
        row(0)?.forceActiveFocus(Qt.TabFocusReason);
    }

    PlainLabel {
        id: heading

        width: parent.width
        topPadding: Theme.unit
        text: qsTr("Available, not installed")
        font.weight: Font.DemiBold
        Accessible.role: Accessible.Heading
    }
    Repeater {
        id: rows

        model: root.available

        AvailableRow {
            width: root.width
            onClicked: root.available.look(index)
            Keys.onDownPressed: root.row(index + 1)?.forceActiveFocus(Qt.TabFocusReason)
            Keys.onUpPressed: index > 0 ? root.row(index - 1).forceActiveFocus(Qt.BacktabFocusReason) : root.passed()
        }
    }
    PlainLabel {
        width: parent.width
        text: root.available.rest
        visible: text.length > 0
        color: Theme.dim
    }
}
