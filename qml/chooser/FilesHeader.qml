// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What the rows are sorted by.
Item {
    id: root

    required property FileChooser chooser

    implicitHeight: 32

    component Heading: T.AbstractButton {
        id: heading

        required property int column
        readonly property bool here: root.chooser.column === column

        height: root.height - 1
        focusPolicy: Qt.TabFocus
        hoverEnabled: true
        Accessible.role: Accessible.ColumnHeader
        Accessible.name: text
        Accessible.description: here ? (root.chooser.descending ? qsTr("sorted, the last first") : qsTr("sorted")) : ""
        Accessible.onPressAction: click()
        onClicked: root.chooser.sortBy(column)
        Keys.onReturnPressed: click()

        PlainLabel {
            id: words

            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, parent.width - 18)
            text: heading.text
            font.pixelSize: Theme.small
            font.weight: heading.here ? Font.DemiBold : Font.Normal
            color: heading.here || heading.hovered ? Theme.text : Theme.dim
            Accessible.ignored: true
        }
        Symbol {
            anchors.left: words.right
            anchors.leftMargin: 4
            anchors.verticalCenter: parent.verticalCenter
            name: "down"
            size: 12
            color: Theme.dim
            rotation: root.chooser.descending ? 0 : 180
            visible: heading.here
        }
        FocusRing {
            shown: heading.visualFocus
            gap: 0
        }
    }

    Heading {
        anchors.left: parent.left
        anchors.leftMargin: 42
        anchors.right: size.left
        column: 0
        text: qsTr("Name")
    }
    Heading {
        id: size

        anchors.right: date.left
        anchors.rightMargin: 12
        width: 76
        column: 1
        text: qsTr("Size")
    }
    Heading {
        id: date

        anchors.right: parent.right
        anchors.rightMargin: 14
        width: 92
        column: 2
        text: qsTr("Changed")
    }
    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.hairline
    }
}
