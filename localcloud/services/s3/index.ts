import { Retries } from "../../core/retries";
import { api } from "./api";
import { bucketSettings } from "./bucketSettings";
import { buckets } from "./buckets";
import { retry } from "./notifications/notify";
import { copyObject } from "./objects/copyObject";
import { deleteObject, deleteObjects } from "./objects/deleteObject";
import { getObject, getObjectAcl, getObjectAttributes, headObject } from "./objects/getObject";
import { listObjects, listObjectsV2 } from "./objects/listObjects";
import { listMultipartUploads, listObjectVersions } from "./objects/listVersions";
import * as multipart from "./objects/multipart";
import { putObject } from "./objects/putObject";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./objects/tagging";
import { Versions } from "./objects/versions";
import { addressOf, readRequest } from "./wire/addressing";

/**
 * Amazon S3. Not supported: ACLs that grant access, Object Lock, customer keys, replication, access points, websites.
 */
export const s3 = api.service({
  createStore: (scope) => ({
    scope,
    buckets: new Map(),
    sequence: 0,
    retries: new Retries(scope.clock),
  }),
  saving: {
    parts: [Retries],
    values: [Versions],
    resume: (store) => store.retries.resume((work) => retry(work, store)),
  },
  entities: [buckets, bucketSettings],
  operations: {
    AbortMultipartUpload: multipart.abortMultipartUpload,
    CompleteMultipartUpload: multipart.completeMultipartUpload,
    CopyObject: copyObject,
    CreateMultipartUpload: multipart.createMultipartUpload,
    DeleteObject: deleteObject,
    DeleteObjects: deleteObjects,
    DeleteObjectTagging: deleteObjectTagging,
    GetObject: getObject,
    GetObjectAcl: getObjectAcl,
    GetObjectAttributes: getObjectAttributes,
    GetObjectTagging: getObjectTagging,
    HeadObject: headObject,
    ListMultipartUploads: listMultipartUploads,
    ListObjects: listObjects,
    ListObjectsV2: listObjectsV2,
    ListObjectVersions: listObjectVersions,
    ListParts: multipart.listParts,
    PutObject: putObject,
    PutObjectTagging: putObjectTagging,
    UploadPart: multipart.uploadPart,
    UploadPartCopy: multipart.uploadPartCopy,
  },
  wire: {
    read: readRequest,
    finish: (response) =>
      response.headers["content-range"] === undefined ? response : { ...response, status: 206 },
    takesUnsigned: (request, { buckets: all }) => all.has(addressOf(request).Bucket ?? ""),
  },
});
