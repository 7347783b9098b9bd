// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Layouts
import dev.latchkey.model

// What it is to be called.
FocusScope {
    id: root

    required property FileChooser chooser
    signal accepted

    implicitHeight: column.implicitHeight

    ColumnLayout {
        id: column

        width: parent.width
        spacing: Theme.half

        RowLayout {
            Layout.fillWidth: true
            spacing: 12

            PlainLabel {
                text: root.chooser.naming ? qsTr("Name") : qsTr("Files")
                color: Theme.dim
            }
            InputField {
                id: field

                // What is after the last dot says what kind of file it is: typing does not take it away.
                function selectStem() {
                    const dot = text.lastIndexOf(".");
                    select(0, dot > 0 ? dot : length);
                }

                Layout.fillWidth: true
                focus: true
                placeholderText: qsTr("Name of the file")
                text: root.chooser.name
                visible: root.chooser.naming
                Component.onCompleted: selectStem()
                onTextEdited: root.chooser.name = text
                onAccepted: root.accepted()
            }
            PlainLabel {
                Layout.fillWidth: true
                text: root.chooser.names.join(" · ")
                visible: !root.chooser.naming
                wrapMode: Text.Wrap
                maximumLineCount: 2
            }
        }
        PlainLabel {
            Layout.fillWidth: true
            text: root.chooser.name.length > 0 ? root.chooser.nameTrouble : ""
            visible: text.length > 0
            font.pixelSize: Theme.small
            color: Theme.ending
        }
    }
}
