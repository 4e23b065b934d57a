import type * as Sdk from "@aws-sdk/client-ec2";
import type { NetworkInterface } from "@aws-sdk/client-ec2";
import { formatArn } from "../../../core/arn";
import type { CallContext } from "../../../core/service";
import type { InputOf } from "../../../entities/api";
import { api } from "../api";
import { ec2Error, invalidParameter } from "../errors";
import { selectResources, notFound, tagList } from "../queries/described";
import { changeInterface, removeInterface } from "../network/interfaces";
import { instances } from "../instances/instances";
import { securityGroups, vpcGroups } from "../network/securityGroups";
import type { Ec2Store, StoredInterface } from "../store";

export type Context = CallContext<Ec2Store>;

export const networkInterfaces = api.entity<StoredInterface>({
  all: (store) => store.networkInterfaces,
  arn: (id, place) => formatArn("ec2", place, `network-interface/${id || "*"}`),
  notFound: (id) => notFound("networkInterface", id),
  tags: (one) => one.tags,
  operations: {
    DescribeNetworkInterfaces: {
      lists: "NetworkInterfaces",
      max: 1000,
      among({ NetworkInterfaceIds: ids, Filters, MaxResults }, { store }) {
        if (MaxResults !== undefined && ids?.length)
          throw ec2Error(
            "InvalidParameterCombination",
            "The parameter networkInterfaceIds cannot be used with the parameter maxResults",
          );
        return selectResources(
          store.networkInterfaces,
          "networkInterface",
          ids,
          "DescribeNetworkInterfaces",
          Filters,
        );
      },
      view: shownInterface,
    },
    DeleteNetworkInterface: {
      on: "NetworkInterfaceId",
      run(one, _input, { store }) {
        // Text from https://github.com/aws/amazon-vpc-cni-k8s/issues/1399
        if (one.shape.Attachment)
          throw invalidParameter(`Network interface '${one.id}' is currently in use.`);
        removeInterface(one, store);
      },
    },
    ModifyNetworkInterfaceAttribute: {
      on: "NetworkInterfaceId",
      needs: ({ NetworkInterfaceId: id, Groups, Attachment }, context) => {
        const action = "ModifyNetworkInterfaceAttribute";
        const { Attachment: now } = context.store.networkInterfaces.get(id)?.shape ?? {};
        return [
          ...(Groups ?? []).map((group) => securityGroups.access(action, group, context)),
          ...(Attachment ? [instances.access(action, now?.InstanceId ?? "*", context)] : []),
        ];
      },
      run(one, input, context) {
        changeInterface(one, attributeChange(one, input, context), context.store);
      },
    },
  },
});

export function shownInterface({ shape, tags }: StoredInterface): NetworkInterface {
  return { ...shape, TagSet: tagList(tags) };
}

const ATTRIBUTES = ["Attachment", "Description", "Groups", "SourceDestCheck"] as const;

function attributeChange(
  { id, shape }: StoredInterface,
  input: InputOf<typeof Sdk, "ModifyNetworkInterfaceAttribute">,
  context: Context,
): NetworkInterface {
  const given = ATTRIBUTES.filter((name) => input[name] !== undefined);
  if (given.length !== 1)
    throw ec2Error(
      given.length > 1 ? "InvalidParameterCombination" : "MissingParameter",
      given.length > 1
        ? "Fields for multiple attribute types specified"
        : "The request must contain an attribute to modify.",
    );
  const { Description, Groups, SourceDestCheck, Attachment } = input;
  if (Description) return { Description: Description.Value };
  if (SourceDestCheck) return { SourceDestCheck: SourceDestCheck.Value };
  if (Groups) return { Groups: vpcGroups(Groups, shape.VpcId, context) };
  if (!Attachment || !shape.Attachment || shape.Attachment.AttachmentId !== Attachment.AttachmentId)
    throw ec2Error(
      "InvalidAttachmentID.NotFound",
      `The attachment '${Attachment?.AttachmentId}' of network interface '${id}' does not exist`,
    );
  const { DeleteOnTermination = shape.Attachment.DeleteOnTermination } = Attachment;
  return { Attachment: { ...shape.Attachment, DeleteOnTermination } };
}
